"""Tests: ratios of sums: their value is that of utilsforecast, their intervals hold, and pairs are on one resample."""

import math

import numpy as np
import utilsforecast.losses as theirs

from components.core.metric_table import Interval, Metric
from components.metrics.ratios import Sums, ratio_difference, ratio_score
from tests.components.metrics.test_quantile_loss import table

SHARE = Metric("WAPE", "", -1, "share", 0, math.inf, Interval.RESAMPLED, 16)


def sums(numbers: np.random.Generator, n: int) -> Sums:
    demand = numbers.gamma(2.0, 2.0, n)
    return Sums(np.abs(numbers.normal(0.0, 0.5, n)) * demand, demand)


def test_wape_over_all_products_is_that_of_utilsforecast_for_one_series() -> None:
    numbers = np.random.default_rng(5)
    actual, forecast = numbers.poisson(3.0, (1, 40)).astype(float), numbers.gamma(2.0, 2.0, (1, 40))
    wanted = float(theirs.nd(table(actual, m=forecast), ["m"])["m"].iloc[0])
    parts = Sums(np.abs(actual - forecast)[0], actual[0])
    assert math.isclose(ratio_score(SHARE, parts, seed=1).value, wanted)


def test_the_interval_holds_the_true_ratio_about_as_often_as_it_says() -> None:
    numbers = np.random.default_rng(6)
    truth = 0.5 * math.sqrt(2 / math.pi)
    held = [(score := ratio_score(SHARE, sums(numbers, 80), seed)).low <= truth <= score.high for seed in range(120)]
    assert 0.86 <= np.mean(held) <= 1.0


def test_a_difference_of_equal_ratios_is_exactly_zero() -> None:
    found = sums(np.random.default_rng(7), 30)
    assert ratio_difference(found, found, seed=1) == (0.0, 0.0)


def test_without_its_sign_a_bias_below_zero_counts_as_one_above() -> None:
    low, high = (Sums(np.full(20, gap), np.ones(20), absolute=True) for gap in (-0.2, 0.2))
    assert math.isclose(ratio_score(SHARE, low, 1).value, 0.2)
    assert ratio_score(SHARE, low, 1).value == ratio_score(SHARE, high, 1).value


def test_a_ratio_by_nothing_is_not_a_number_and_a_single_example_has_no_interval() -> None:
    assert math.isnan(ratio_score(SHARE, Sums(np.ones(3), np.zeros(3)), 1).value)
    assert ratio_score(SHARE, Sums(np.ones(1), np.ones(1)), 1).high == math.inf
