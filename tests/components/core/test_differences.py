"""Tests: the difference of two subjects on the score of any recipe, and how many examples would decide."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.config import PromotionPolicy
from components.core.differences import HOPELESS, deciding_n, deciding_n_within_margin, difference, gain
from components.core.metric_table import METRICS, Interval, Measures, Metric
from components.core.records import Candidate, Score, Scorecard, Verdict
from components.core.selection import decide

STAINS = Metric("Stains", "stains on a fruit", -1, "stains", 0, math.inf, Interval.BOOTSTRAP)
TABLE = {**METRICS, "stains": STAINS}


def candidate(version: int, value: float) -> Candidate:
    card = Scorecard(f"step-{version}", "s1", "validation", {"stains": Score(value, 100, value - 0.5, value + 0.5)})
    return Candidate(version, version, card, f"w{version}")


@given(n=st.integers(2, 10_000), reach=st.floats(0.01, 10), room=st.floats(0.02, 10))
def test_at_the_deciding_number_of_examples_the_interval_fits_into_the_room(n: int, reach: float, room: float) -> None:
    enough = deciding_n(n, reach, room)
    assert enough is not None
    assert reach * math.sqrt(n / enough) <= room * (1 + 1e-6)
    assert enough == 2 or reach * math.sqrt(n / (enough - 1)) > room * (1 - 1e-6)


@given(n=st.integers(2, 10_000), reach=st.floats(0.01, 10), room=st.floats(0.02, 10))
def test_a_widened_interval_needs_the_square_of_the_factor_as_many_examples(n: int, reach: float, room: float) -> None:
    plain, wide = deciding_n(n, reach, room), deciding_n(n, reach, room, widening=lambda _: 2.0)
    assert plain is not None
    assert wide is not None
    assert wide == pytest.approx(4 * n * (reach / room) ** 2, abs=2.001)


@pytest.mark.parametrize("widening", [None, lambda n: 1.5])
def test_there_is_no_deciding_number_without_room_or_with_a_far_too_wide_interval(widening: None) -> None:
    assert deciding_n(100, 1.0, 0.0, widening) is None
    assert deciding_n(100, 1.0, -1.0, widening) is None
    assert deciding_n(100, math.inf, 1.0, widening) is None
    assert deciding_n(100, math.nan, 1.0, widening) is None
    assert deciding_n(100, HOPELESS, 1.0, widening) is None
    assert deciding_n(100, 0.99 * HOPELESS, 1.0, widening) is not None


def test_a_score_of_a_recipes_own_table_has_its_own_direction() -> None:
    apart = difference("stains", candidate(1, 2.0), candidate(2, 5.0), {}, TABLE)
    assert apart.difference == -3.0
    assert apart.better > 0.99
    assert gain(apart, TABLE)[0] == 3.0
    assert deciding_n_within_margin(apart, 1.0, TABLE) is not None


def test_equal_weights_do_not_differ_and_take_no_place_from_production() -> None:
    champion, again = candidate(1, 5.0), replace(candidate(2, 5.0), digest="w1")
    apart = difference("stains", again, champion, {}, TABLE)
    assert (apart.difference, apart.low, apart.high, apart.better, apart.decided) == (0.0, 0.0, 0.0, 0.5, False)
    policy = PromotionPolicy.model_construct(primary=("stains",), margins={"stains": 0.1})
    (decision,) = decide([again], champion, None, policy, measures=Measures(TABLE))
    assert (decision.verdict, decision.rule) == (Verdict.HOLD, "not-better")


def test_decisions_use_a_score_of_a_recipes_own_table() -> None:
    policy = PromotionPolicy.model_construct(primary=("stains",), margins={"stains": 0.1}, at_most={"stains": 9.0})
    new, measures = [candidate(2, 2.0), candidate(3, 8.0)], Measures(TABLE)
    decisions = decide(new, candidate(1, 5.0), None, policy, measures=measures)
    assert [d.verdict for d in decisions] == [Verdict.PROMOTE, Verdict.HOLD]
    assert decisions[1].rule == "margin:stains"
