"""Tests: errors are sentences, and survive a trip to another process."""

import pickle

import pytest

from components.core.errors import AtelierError, ConfigError, UnknownModelError, UnknownRecipeError, UsageError


@pytest.mark.parametrize(
    "error", [UnknownModelError("cats", ["dogs"]), UnknownRecipeError("tea", ["toy"]), ConfigError("No.")]
)
def test_an_error_survives_a_trip_to_another_process(error: AtelierError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))


def test_an_unknown_name_is_wrong_usage_and_lists_the_known_ones_in_order() -> None:
    error = UnknownModelError("cats", known=["shoes", "dogs"])
    assert isinstance(error, UsageError)
    assert str(error) == "No model is called 'cats'. Known models: dogs, shoes."
    assert str(UnknownModelError("cats", known=[])).endswith("Known models: none.")
