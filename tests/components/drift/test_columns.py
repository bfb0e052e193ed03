"""Tests: distances are Evidently's, and chance explains as much as it should."""

import numpy as np
import pandas as pd
import pytest
from evidently.legacy.calculations.stattests import jensenshannon_stat_test, wasserstein_stat_test
from evidently.legacy.calculations.stattests.registry import get_stattest
from evidently.legacy.core import ColumnType
from hypothesis import given
from hypothesis import strategies as st

from components.drift.columns import column_drifts, compare_numbers, compare_texts

COLOURS = ("Black", "White", "Brown", "Blue", "Red")
texts = st.lists(st.sampled_from(COLOURS), min_size=1, max_size=60)
numbers = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=60)


def evidently(name: str, reference: list[object], current: list[object], kind: ColumnType) -> float:
    test = get_stattest(pd.Series(reference), pd.Series(current), kind, name)
    return float(test(pd.Series(reference), pd.Series(current), kind, 0.1).drift_score)


@given(texts, texts)
def test_the_distance_of_texts_is_evidentlys(reference: list[object], current: list[object]) -> None:
    expected = evidently(jensenshannon_stat_test.name, reference, current, ColumnType.Categorical)
    assert compare_texts("colour", reference, current).distance == pytest.approx(np.nan_to_num(expected), abs=1e-9)


@given(numbers, numbers)
def test_the_distance_of_numbers_is_evidentlys(reference: list[float], current: list[float]) -> None:
    expected = evidently(wasserstein_stat_test.name, [*reference], [*current], ColumnType.Numerical)
    assert compare_numbers("year", reference, current).distance == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("n", [60, 1000])
def test_chance_gives_small_probabilities_no_more_often_than_they_say(n: int) -> None:
    rng = np.random.default_rng(1)
    shares = [0.5, 0.2, 0.15, 0.1, 0.05]
    found = []
    for _ in range(400):
        reference, current = (list(rng.choice(COLOURS, size, p=shares)) for size in (2000, n))
        found.append(compare_texts("colour", reference, current).p)
    assert np.mean(np.array(found) <= 0.05) <= 0.08  # 0.05 and three standard errors
    assert np.mean(np.array(found) <= 0.5) <= 0.58


def test_a_new_value_and_more_missing_values_are_changes() -> None:
    reference = {"colour": ["Black", "White"] * 200, "year": [2011.0, 2012.0] * 200}
    current = {"colour": ["Black", "Lime"] * 150, "year": [2011.0, None] * 150}
    found = {drift.column: drift for drift in column_drifts(reference, current)}
    assert found["colour"].change in {"Lime 0 % -> 50 %", "White 50 % -> 0 %"}
    assert found["colour"].p < 1e-20
    assert found["year is missing"].change == "(missing) 0 % -> 50 %"
    assert found["year"].n == 150


def test_one_rare_value_that_becomes_frequent_is_found_among_many() -> None:
    brands = [f"Brand {number}" for number in range(100)]
    reference, current = [*brands * 9, "New"], [*brands[:10], *["New"] * 34]
    found = compare_texts("brand", reference, current)
    assert found.change == "New 0 % -> 77 %"
    assert found.p < 1e-20


def test_constant_empty_and_unshared_columns_are_no_change_and_no_error() -> None:
    reference = {"gender": ["Men"] * 80, "year": [2012] * 80, "brand": [None] * 80, "price": [1.0] * 80}
    current = {"gender": ["Men"] * 60, "year": [2012] * 60, "brand": [None] * 60, "other": [1] * 60}
    found = column_drifts(reference, current)
    assert [drift.distance for drift in found] == [0.0] * len(found)
    assert {drift.p for drift in found} == {1.0}
    assert {drift.column for drift in found} == {"gender", "year", "brand is missing"}
    assert column_drifts({"gender": []}, {"gender": []}) == []
