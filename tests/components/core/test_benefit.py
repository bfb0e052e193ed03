"""Tests: a promotion's benefit, by paired comparisons where there are some, in each score's own direction."""

import math

import pytest

from components.core.benefit import measure_benefit
from components.core.metric_table import METRICS, Interval, Metric
from components.core.records import Candidate, Comparison, Score, Scorecard

STAINS = Metric("Stains", "stains on a fruit", -1, "stains", 0, math.inf, Interval.BOOTSTRAP)
TABLE = {**METRICS, "stains": STAINS}


def candidate(version: int, **values: float) -> Candidate:
    scores = {name: Score(value, 100, value - 0.5, value + 0.5) for name, value in values.items()}
    return Candidate(version, version, Scorecard(f"step-{version}", "s1", "validation", scores), f"w{version}")


def compared(difference: float, low: float, high: float) -> Comparison:
    return Comparison("stains", "w2", "w1", difference, low, high, 0.99, 100, None, "paired bootstrap")


def test_a_paired_comparison_counts_more_than_two_intervals() -> None:
    new, old = candidate(2, stains=3.0), candidate(1, stains=3.2)
    apart = measure_benefit(new, old, ["stains"], [], TABLE)
    paired = measure_benefit(new, old, ["stains"], [compared(-0.2, -0.3, -0.1)], TABLE)
    assert (apart.clear, apart.scores[0].method) == (False, "two intervals")
    assert (paired.clear, paired.scores[0].method) == (True, "paired bootstrap")


@pytest.mark.parametrize(("new", "clear", "gain"), [(1.0, True, 2.0), (5.0, False, -2.0), (3.0, False, 0.0)])
def test_a_smaller_number_of_stains_is_a_gain(new: float, clear: bool, gain: float) -> None:
    found = measure_benefit(candidate(2, stains=new), candidate(1, stains=3.0), ["stains"], [], TABLE)
    (score,) = found.scores
    assert (found.clear, score.gain) == (clear, gain)
    assert score.difference == new - 3.0
    assert score.low < score.difference < score.high


def test_the_first_primary_score_that_is_not_tied_decides_as_in_a_promotion() -> None:
    new, old = candidate(2, stains=3.0, accuracy=0.1), candidate(1, stains=3.1, accuracy=5.0)
    assert not measure_benefit(new, old, ["stains", "accuracy"], [], TABLE).clear
    assert measure_benefit(old, new, ["stains", "accuracy"], [], TABLE).clear


def test_a_score_that_one_of_both_lacks_is_left_out() -> None:
    found = measure_benefit(candidate(2, stains=1.0), candidate(1, accuracy=0.5), ["stains", "accuracy"], [], TABLE)
    assert (found.clear, list(found.scores)) == (False, [])
