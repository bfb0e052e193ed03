"""Tests: the means and intervals that stored scores give without their side files."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import ttest_1samp, ttest_ind

from components.recipes.product_images.stored_scores.findings import findings, record_json
from components.recipes.product_images.stored_scores.read import Record


@given(st.lists(st.floats(0.01, 1.0), min_size=1), st.integers(0, 40))
def test_no_number_of_side_files_moves_the_mean(scores: list[float], side_files: int) -> None:
    record = Record("step-1", scores=[0.0] * side_files + scores, side_files=side_files)
    assert record_json(record)["mean"] == pytest.approx(sum(scores) / len(scores))
    assert record_json(record)["pictures"] == len(scores)


@given(*[st.lists(st.floats(20, 35), min_size=2, max_size=16)] * 2)
def test_intervals_of_stored_scores_are_those_of_scipy(one: list[float], other: list[float]) -> None:
    assume(min(np.std(one), np.std(other)) > 0.01)  # scipy warns of what has no spread
    plain = record_json(Record("step-1", scores=one))
    student = ttest_1samp(one, 0).confidence_interval()
    assert (plain["low"], plain["high"]) == pytest.approx((student.low, student.high))
    first, second = sorted((one, other), key=np.mean, reverse=True)
    welch = ttest_ind(first, second, equal_var=False).confidence_interval()
    said = findings([Record("step-1", scores=first), Record("step-2", scores=second)])[-1]
    assert f"95 % {welch.low:.2f} to {welch.high:.2f}" in said
