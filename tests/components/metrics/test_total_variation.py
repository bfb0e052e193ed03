"""Tests: distances of columns agree with scipy's, and with sums of shares."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from components.metrics.total_variation import kolmogorov_smirnov, total_variation

NUMBERS = np.random.default_rng(3)


def test_kolmogorov_smirnov_agrees_with_scipy() -> None:
    ours, theirs = NUMBERS.integers(0, 9, 70), NUMBERS.integers(2, 12, 50)
    found = kolmogorov_smirnov(ours, theirs, np.ones((1, 70)), np.ones((1, 50)))
    assert found[0] == pytest.approx(ks_2samp(ours, theirs).statistic)


def test_total_variation_is_half_the_sum_of_differences_and_weights_count_as_copies() -> None:
    ours, theirs = np.array([0, 0, 1]), np.array([1, 2])
    weights = np.array([[1.0, 1, 1], [2, 0, 1]])
    assert total_variation(ours, theirs, weights, np.ones((2, 2))) == pytest.approx([2 / 3, 2 / 3])
    copied = total_variation(np.array([0, 0, 0, 1]), theirs, np.ones((1, 4)), np.ones((1, 2)))
    assert total_variation(ours, theirs, np.array([[2.0, 1, 1]]), np.ones((1, 2))) == pytest.approx(copied)
