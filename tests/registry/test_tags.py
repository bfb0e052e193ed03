"""Tests: filters of MLflow's searches quote the values of tags."""

import pytest

from components.core.errors import RegistryError
from registry.tags import quoted


def test_a_value_with_one_kind_of_quote_can_be_searched_for() -> None:
    assert quoted("men's") == '"men\'s"'
    with pytest.raises(RegistryError, match="both kinds of quote"):
        quoted("5'6\"")
