"""Tests: a request narrows what a line makes, and a contradiction is one sentence."""

import pytest

from components.core.errors import UsageError
from components.products.request import ProductRequest, spelled, where_of
from tests.components.products.toys import settings


def test_words_of_a_request_become_columns_in_the_lines_own_spelling() -> None:
    asked = ProductRequest(category="Footwear", subcategory="casual shoes", constraints={"color": ["Red", "Blue"]})
    assert where_of(settings(), asked) == {
        "masterCategory": "Footwear",
        "articleType": "Casual Shoes",
        "baseColour": ["Red", "Blue"],
    }


def test_a_line_that_makes_several_values_is_narrowed_to_one_of_them() -> None:
    line = settings(where={"articleType": ["Casual Shoes", "Heels"]})
    assert where_of(line, ProductRequest()) == {"articleType": ["Casual Shoes", "Heels"]}
    assert where_of(line, ProductRequest(subcategory="heels")) == {"articleType": "Heels"}


def test_what_the_line_does_not_make_is_refused() -> None:
    with pytest.raises(UsageError, match="toys makes articleType Casual Shoes, and Shirts was asked for, expected one"):
        where_of(settings(), ProductRequest(subcategory="Shirts"))
    with pytest.raises(UsageError, match="The request has gender Men and Women, expected one"):
        where_of(settings(words={"sex": "gender"}), ProductRequest(constraints={"sex": "Men", "gender": "Women"}))


def test_unknown_values_are_left_to_the_model() -> None:
    assert spelled({"baseColour": ["red", "Mauve"]}, {"baseColour": ["Red"]}) == {"baseColour": ["Red", "Mauve"]}
