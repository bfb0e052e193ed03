"""Tests: folds keep equal texts together, spread classes, and are the same for the same seed."""

from collections import Counter

import numpy as np
import pytest

from components.core.errors import DataError
from components.recipes.failure_modes.candidates.folds import assign_folds
from tests.components.recipes.failure_modes.comments import comments


def test_texts_that_differ_in_case_and_spaces_only_are_in_one_fold() -> None:
    texts, labels = comments()
    found = assign_folds([*texts, *(f" {text.upper()} " for text in texts)], labels * 2, 5, seed=1)
    assert (found[: len(texts)] == found[len(texts) :]).all()


def test_classes_are_spread_and_the_seed_decides() -> None:
    texts, labels = comments()
    found = assign_folds(texts, labels, 4, seed=1)
    assert set(Counter(zip(found.tolist(), labels, strict=True)).values()) == {6}
    assert np.array_equal(found, assign_folds(texts, labels, 4, seed=1))
    assert not np.array_equal(found, assign_folds(texts, labels, 4, seed=2))


def test_few_texts_have_fewer_folds_and_too_few_are_refused() -> None:
    assert assign_folds(["a", "b", "c"], ["x", "x", "y"], 5, seed=1).max() == 1
    with pytest.raises(DataError, match="No class has two different texts among 2"):
        assign_folds(["a", "A ", "b"], ["x", "x", "y"], 5, seed=1)
