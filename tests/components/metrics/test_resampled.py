"""Tests: intervals from resamples of a set, and paired differences of two sets."""

import math

import numpy as np
import pytest

from components.core.metric_table import Interval, Metric
from components.metrics.classified import Array, resampled_weights
from components.metrics.resampled import resampled_difference, resampled_score

NUMBER = Metric("Number", "a number", +1, "points", -math.inf, math.inf, Interval.RESAMPLED, smallest_n=16)


def mean_of(values: Array):  # type: ignore[no-untyped-def]
    return lambda weights: weights @ values / weights.sum(1)


def test_the_interval_of_a_mean_is_that_of_its_standard_error() -> None:
    values = np.random.default_rng(1).normal(size=400)
    score = resampled_score(NUMBER, mean_of(values), resampled_weights(np.arange(400), seed=2))
    expected = 1.96 * values.std() / 20
    assert score.value == pytest.approx(values.mean())
    assert (score.high - score.low) / 2 == pytest.approx(expected, rel=0.1)
    assert (score.n, score.honest) == (400, True)


def test_a_score_that_most_resamples_lack_has_no_interval() -> None:
    score = resampled_score(NUMBER, lambda weights: np.full(len(weights), np.nan), np.ones((50, 4)))
    assert (score.low, score.high, score.honest) == (-math.inf, math.inf, False)


def test_what_both_have_in_common_cancels() -> None:
    values = np.random.default_rng(1).normal(size=100)
    weights = resampled_weights(np.arange(100), seed=2)
    gap, low, high = resampled_difference(mean_of(values + 0.1), mean_of(values), weights)
    assert gap == pytest.approx(0.1)
    assert low == pytest.approx(high)
