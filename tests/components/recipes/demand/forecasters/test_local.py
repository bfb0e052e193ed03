"""Tests: statsforecast's methods on odd series: each gives a forecast, and a failure is counted."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.recipes.demand.classes.demand_class import SMOOTH, demand_class
from components.recipes.demand.forecasters.local import FEWEST_MS, LOCAL, MS, forecast_local

ODD = {
    "one observation": [3.0],
    "two": [3.0, 0.0],
    "all zeros": [0.0] * 30,
    "a constant": [7.0] * 30,
    "one sale at the end": [0.0] * 29 + [5.0],
    "a gap of a year": [4.0] * 20 + [0.0] * 52 + [4.0] * 20,
    "very large": [1e12, 2e12, 1.5e12] * 8,
}


@pytest.mark.parametrize("name", LOCAL)
@pytest.mark.parametrize("series", ODD)
def test_every_method_gives_every_odd_series_a_finite_forecast_that_is_not_below_zero(name: str, series: str) -> None:
    history = np.array(ODD[series])
    found = forecast_local(name, [history], [demand_class(history)], 5, 4)
    assert found.means.shape == (1, 5)
    assert np.isfinite(found.means).all()
    assert (found.means >= 0).all()


def test_a_method_that_fails_on_a_series_repeats_its_last_value_and_is_counted() -> None:
    short, long = np.array([1.0, 9.0]), np.arange(1.0, 13.0)
    found = forecast_local("seasonal-naive", [short, long], [SMOOTH] * 2, 3, season=4)
    assert found.failed == 1
    assert found.means.tolist() == [[9.0, 9.0, 9.0], [9.0, 10.0, 11.0]]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.sampled_from(["naive", "croston", "tsb", "adida"]))
def test_a_forecast_depends_on_its_own_history_alone(values: list[float], name: str) -> None:
    own, other = np.array(values), np.arange(20.0)
    alone = forecast_local(name, [own], [SMOOTH], 3, 4).means[0]
    beside = forecast_local(name, [other, own], [SMOOTH] * 2, 3, 4).means[1]
    assert np.array_equal(alone, beside)


def test_no_series_gives_no_forecast() -> None:
    assert forecast_local("naive", [], [], 3, 4).means.shape == (0, 3)


@pytest.mark.slow
def test_several_processes_give_the_forecasts_of_one() -> None:
    histories = [
        np.random.default_rng(k).poisson(4.0, 30).astype(float) for k in range(int(FEWEST_MS / MS["theta"]) + 1)
    ]
    one, two = (forecast_local("theta", histories, [SMOOTH] * len(histories), 3, 4, n) for n in (1, 2))
    assert np.array_equal(one.means, two.means)
