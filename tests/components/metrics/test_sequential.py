"""Tests: with repeated looks, intervals for a single look err too often, and the confidence sequence does not."""

import itertools
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from components.core.differences import HOPELESS
from components.core.records import Comparison
from components.metrics.sequential import looks, standard_errors, widen
from tests.components.metrics.simulate import (
    MEANS_GAP,
    TIGHTEST,
    World,
    allowance,
    errors,
    found_in_sequence,
    kernels,
    means,
    predicted_in_sequence,
    typical,
)

REPEATS = 200
MOST_ERRORS = 0.05 + allowance(0.05, REPEATS)  # 9.6 %


def compared(difference: float, reach: float, n: int = 64) -> Comparison:
    """Return the comparison of a single look, with an interval of 1.96 standard errors to either side."""
    low, high = difference - reach, difference + reach
    return Comparison("kid", "ours", "theirs", difference, low, high, 0.5, n, 100, "paired bootstrap", "colour=white")


@pytest.mark.parametrize(("world", "last", "gap"), [(means, 160, 0.0), (means, 160, MEANS_GAP), (kernels, 96, 0.0)])
def test_the_sequence_misses_the_truth_at_any_look_at_most_1_time_in_20(world: World, last: int, gap: float) -> None:
    seen = errors(world, gap, last, REPEATS)
    assert seen.sequence <= 0.05
    assert seen.once <= MOST_ERRORS


def test_intervals_for_a_single_look_find_false_differences_far_more_often() -> None:
    seen = errors(means, 0.0, 160, REPEATS)
    assert seen.every > MOST_ERRORS
    assert seen.every > 3 * seen.sequence


def test_the_sequence_finds_a_simulated_loss_as_often_as_enough_predicts() -> None:
    """At least 1 time in 2 by the look at `enough` pictures, and 9 times in 10 by the look at 2.2 times that."""
    enough = widen(typical(means, MEANS_GAP, 60, 40), TIGHTEST).enough
    assert enough is not None
    for times, at_least in ((1.0, 0.5), (2.2, 0.9)):
        assert predicted_in_sequence(enough, times) >= at_least
        share = found_in_sequence(means, MEANS_GAP, round(times * enough), REPEATS // 2)
        assert share >= at_least - allowance(at_least, REPEATS // 2)


@given(share=st.floats(1e-3, 1e3))
def test_the_sequence_is_narrowest_at_the_given_number(share: float) -> None:
    assert standard_errors(share) >= standard_errors(1.0) * (1 + 1e-3 * (abs(math.log(share)) > 0.5))


@given(share=st.floats(1e-3, 1e3))
def test_the_sequence_equals_robbins_normal_mixture(share: float) -> None:
    """For a mean on the edge of the sequence, the mixture of likelihood ratios over N(0, rho^2) is 1 / 0.05."""
    n, width = 1000, standard_errors(share)
    variance = 8.2129 * share / n  # rho^2
    total = width * math.sqrt(n)  # of n standard normal observations
    mixture = math.exp(variance * total**2 / (2 * (1 + n * variance))) / math.sqrt(1 + n * variance)
    assert mixture == pytest.approx(20, rel=1e-3)


@given(difference=st.floats(0.01, 10), reach=st.floats(0.01, 10), n=st.integers(2, 5000), tightest=st.integers(2, 500))
def test_a_widened_comparison_is_consistent(difference: float, reach: float, n: int, tightest: int) -> None:
    wide = widen(compared(difference, reach, n), tightest)
    assert (wide.difference, wide.n, wide.part, wide.method) == (difference, n, "colour=white", "confidence sequence")
    assert wide.high - wide.low > 2 * reach
    assert wide.decided == (wide.better < 0.025)  # of a metric where lower is better
    assert (wide.enough is None) == (reach / difference >= HOPELESS)
    assert wide.decided == (wide.enough is not None and wide.enough <= n)


@given(difference=st.floats(0.01, 10), reach=st.floats(0.01, 10), n=st.integers(2, 5000), tightest=st.integers(2, 500))
def test_enough_is_the_first_number_at_which_the_sequence_decides(
    difference: float, reach: float, n: int, tightest: int
) -> None:
    def decided(pictures: int) -> bool:
        """Return whether the sequence decides after this many pictures, with the same difference and spread."""
        return widen(compared(difference, reach * math.sqrt(n / pictures), pictures), tightest).decided

    enough = widen(compared(difference, reach, n), tightest).enough
    assume(enough is not None)
    assert decided(enough)
    assert enough == 2 or not decided(enough - 1)


def test_an_infinite_interval_stays_infinite() -> None:
    unknown = widen(compared(1.0, math.inf), TIGHTEST)
    assert (unknown.low, unknown.high, unknown.decided, unknown.enough) == (-math.inf, math.inf, False, None)


@given(smallest=st.integers(1, 500), budget=st.integers(1, 500), block=st.integers(1, 500))
def test_looks_go_from_the_smallest_to_the_budget_in_blocks(smallest: int, budget: int, block: int) -> None:
    at = looks(smallest, budget, block)
    assert (at[0], at[-1]) == (min(smallest, budget), budget)
    assert all(0 < b - a <= block for a, b in itertools.pairwise(at))
