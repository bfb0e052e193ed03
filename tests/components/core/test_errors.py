"""Tests: error messages are built from values, and errors can be pickled."""

import pickle

import pytest

from components.core.errors import AtelierError, ConfigError, UnknownModelError, UnknownRecipeError, UsageError


@pytest.mark.parametrize(
    "error",
    [
        UnknownModelError("cats", ["dogs"]),
        UnknownRecipeError("tea", ["toy"]),
        ConfigError("It is empty", expected="a field", act="add one"),
    ],
)
def test_a_pickled_error_has_the_same_type_and_message(error: AtelierError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))


def test_an_unknown_name_is_a_usage_error_that_lists_the_known_names_in_order() -> None:
    error = UnknownModelError("cats", known=["shoes", "dogs"])
    assert isinstance(error, UsageError)
    assert str(error) == "No model is called 'cats'. Known models: dogs, shoes."
    assert str(UnknownModelError("cats", known=[])).endswith("Known models: none.")
