"""Tests: error messages are built from values, and errors can be pickled."""

import pickle

import pytest

from components.core.errors import (
    AtelierError,
    ConfigError,
    UnknownModelError,
    UnknownRecipeError,
    UsageError,
    is_out_of_memory,
)


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


@pytest.mark.parametrize(
    ("error", "is_memory"),
    [
        (MemoryError(), True),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 4 bytes."),
            True,
        ),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB."), True),
        (OSError(12, "Cannot allocate memory"), True),
        (RuntimeError("can't start new thread"), True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
    ],
)
def test_an_error_of_memory_is_known_by_its_class_or_its_words(error: Exception, is_memory: bool) -> None:
    assert is_out_of_memory(error) is is_memory
    outer = ValueError("It does not load")
    outer.__cause__ = error
    assert is_out_of_memory(outer) is is_memory
