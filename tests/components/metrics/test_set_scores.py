"""Tests: intervals of scores of sets cover the true value as often as they claim, and paired ones are narrower."""

import numpy as np
import pytest
from scipy.special import softmax

from components.core.metric_table import Interval, Metric
from components.metrics.classified import Classified, resampled_weights
from components.metrics.ece import ece
from components.metrics.f1 import f1_macro
from components.metrics.mcc import mcc
from components.metrics.pr_auc import pr_auc
from components.metrics.roc_auc import roc_auc
from components.metrics.set_scores import SetScore, set_difference, set_score
from tests.components.metrics.classifications import simulated

SHARE = Metric("Score", "a score", +1, "share", 0, 1, Interval.BOOTSTRAP, smallest_n=16)
REPEATS, N = 200, 200


@pytest.mark.parametrize("compute", [f1_macro, mcc, pr_auc, roc_auc])
def test_the_interval_covers_the_score_of_many_examples_19_times_in_20(compute: SetScore) -> None:
    truth = float(compute(simulated(50_000, 5, seed=10**6), np.ones((1, 50_000)))[0])
    weights = resampled_weights(np.arange(N), seed=1)[:400]
    scores = [set_score(SHARE, compute, simulated(N, 5, seed), weights) for seed in range(REPEATS)]
    assert sum(score.low <= truth <= score.high for score in scores) >= 0.9 * REPEATS


def test_the_interval_of_a_calibration_error_contains_it_though_resamples_are_worse_calibrated() -> None:
    found, weights = simulated(N, 5, seed=1), resampled_weights(np.arange(N), seed=1)
    score = set_score(SHARE, ece, found, weights)
    assert score.low < score.value < score.high
    assert score.value < ece(found, weights).mean()


def test_paired_differences_are_narrower_than_two_intervals() -> None:
    ours = simulated(N, 5, seed=1)
    noise = np.random.default_rng(2).normal(size=ours.probabilities.shape)
    theirs = Classified(ours.labels, softmax(np.log(ours.probabilities) + 0.3 * noise, axis=1))
    weights = resampled_weights(np.arange(N), seed=1)
    gap, low, high = set_difference(f1_macro, ours, theirs, weights)
    one, two = (set_score(SHARE, f1_macro, found, weights) for found in (ours, theirs))
    assert gap == pytest.approx(one.value - two.value)
    assert high - low < 0.8 * np.hypot(one.high - one.low, two.high - two.low)


def test_equal_texts_are_one_observation() -> None:
    found = simulated(100, 4, seed=3)
    doubled = Classified(np.repeat(found.labels, 2), np.repeat(found.probabilities, 2, axis=0))
    single = set_score(SHARE, mcc, found, resampled_weights(np.arange(100), seed=1))
    grouped = set_score(SHARE, mcc, doubled, resampled_weights(np.repeat(np.arange(100), 2), seed=1))
    alone = set_score(SHARE, mcc, doubled, resampled_weights(np.arange(200), seed=1))
    assert grouped.high - grouped.low == pytest.approx(single.high - single.low, rel=0.02)
    assert alone.high - alone.low < 0.8 * (single.high - single.low)


def test_a_score_that_few_resamples_have_gets_the_whole_range() -> None:
    lonely = Classified(np.array([0, 0, 0]), np.array([[0.9, 0.1]] * 3))
    score = set_score(SHARE, roc_auc, lonely, resampled_weights(np.arange(3), seed=1))
    assert np.isnan(score.value)
    assert not score.honest
