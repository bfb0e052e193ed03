"""Tests: equal samples cannot be told apart, different ones can, and the area agrees with scikit-learn's."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from components.metrics.two_samples import c2st, tell_apart

CATEGORIES = np.array([True, True])
ONCE = np.ones((1, 300))


def sample(seed: int, dependent: bool) -> np.ndarray:
    numbers = np.random.default_rng(seed)
    first = numbers.integers(0, 3, 300)
    return np.stack([first, first if dependent else numbers.integers(0, 3, 300)], axis=1).astype(float)


def test_dependence_is_told_apart_and_equal_samples_are_not() -> None:
    real = sample(1, True)
    found = [
        c2st(*tell_apart(sample(2, dependent), real, CATEGORIES, 3, 1), ONCE, ONCE)[0] for dependent in (True, False)
    ]
    assert found[0] == pytest.approx(0.5, abs=0.08)
    assert found[1] > 0.75


def test_the_area_agrees_with_scikit_learn() -> None:
    numbers = np.random.default_rng(5)
    ours, theirs = numbers.random(300).round(1), (numbers.random(300) * 0.8).round(1)
    expected = roc_auc_score([1] * 300 + [0] * 300, [*ours, *theirs])
    assert c2st(ours, theirs, ONCE, ONCE)[0] == pytest.approx(expected)
