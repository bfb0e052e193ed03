"""Tests: the fields of a request are checked by the model's own class, and the first wrong one is named."""

import pytest
from pydantic import BaseModel

from components.core.errors import UsageError
from components.core.read_request import read_request


class Fruit(BaseModel):
    grams: int


def test_a_request_has_the_fields_that_were_given() -> None:
    assert read_request("fruit", Fruit, {"grams": 61}) == Fruit(grams=61)


def test_a_field_that_the_model_does_not_take_is_named_in_one_sentence() -> None:
    with pytest.raises(UsageError, match=r"^fruit does not take this grams \(Field required\)"):
        read_request("fruit", Fruit, {})
