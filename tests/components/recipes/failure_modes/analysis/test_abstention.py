"""Tests: the threshold gives the asked precision on its own comments, and answers as many as it can."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.recipes.failure_modes.analysis.abstention import (
    area_under_coverage,
    coverage_curve,
    saved_share,
    share,
    threshold_for,
)

ROWS = st.lists(st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.7, 0.9]), st.booleans()), min_size=1, max_size=40)


@given(ROWS, st.sampled_from([0.5, 0.8, 0.9, 1.0]))
def test_it_is_the_lowest_threshold_that_is_precise_enough(rows: list[tuple[float, bool]], asked: float) -> None:
    confidence, right = np.array([c for c, _ in rows]), np.array([r for _, r in rows])
    found = threshold_for(asked, confidence, right)
    precise = [level for level in set(confidence) if right[confidence >= level].mean() >= asked]
    assert found.reached == bool(precise)
    if precise:
        assert found.confidence == min(precise)
        assert found.precision.value >= asked
        assert found.coverage.value == pytest.approx((confidence >= found.confidence).mean())
        assert found.precision.low <= found.precision.value <= found.precision.high
    else:
        assert not (confidence >= found.confidence).any()


@given(ROWS)
def test_the_curve_ends_with_all_comments_and_their_accuracy(rows: list[tuple[float, bool]]) -> None:
    confidence, right = np.array([c for c, _ in rows]), np.array([r for _, r in rows])
    curve = coverage_curve(confidence, right)
    assert curve[-1].coverage == 1
    assert curve[-1].accuracy.value == pytest.approx(right.mean())
    assert [p.coverage for p in curve] == sorted(p.coverage for p in curve)
    assert 0 <= area_under_coverage(confidence, right) <= 1


def test_confident_answers_that_are_right_give_a_larger_area() -> None:
    right = np.array([True, True, False, False])
    assert area_under_coverage(np.array([0.9, 0.8, 0.2, 0.1]), right) > area_under_coverage(
        np.array([0.1, 0.2, 0.8, 0.9]), right
    )


def test_what_a_person_must_not_classify_has_an_interval() -> None:
    found = threshold_for(0.5, np.array([0.9, 0.1]), np.array([True, False]))
    saved = saved_share(found, ["", "empty", "", ""])
    assert (saved.value, saved.n) == (0.75, 4)
    assert saved.low < 0.75 < saved.high


def test_the_share_of_nothing_is_unknown() -> None:
    assert np.isnan(share(0, 0).value)
    assert (share(0, 0).low, share(0, 0).high) == (0, 1)
