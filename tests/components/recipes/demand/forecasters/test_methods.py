"""Tests: all methods over the same rows: what is skipped, combined and bounded."""

import numpy as np

from components.recipes.demand.forecasters.methods import (
    Fitted,
    Forecast,
    combine,
    forecast_all,
    forecast_one,
    levels_with,
    sarima_rows,
)
from components.recipes.demand.forecasters.rows import split_rows
from tests.components.recipes.demand.trained import config, snapshot

FITTED = Fitted(4, levels_with(0.95))


def test_the_service_level_is_one_of_the_levels_once() -> None:
    assert 0.99 in levels_with(0.99)
    assert levels_with(0.9).count(0.9) == 1


def test_a_method_that_cannot_run_is_left_out_with_the_reason() -> None:
    rows = split_rows(snapshot(4).splits["test"], config().data)
    found = forecast_all(["naive", "lightgbm", "foundation"], rows, FITTED)
    assert list(found.of) == ["naive"]
    assert "was not fitted" in found.skipped["lightgbm"]
    assert "foundation" in found.skipped


def test_the_median_of_methods_is_taken_in_each_step() -> None:
    found = {name: Forecast(np.array([[value, 1.0]])) for name, value in (("a", 1.0), ("b", 2.0), ("c", 9.0))}
    assert combine("median-ensemble", found).means.tolist() == [[2.0, 1.0]]
    assert combine("mean-ensemble", found).means.tolist() == [[4.0, 1.0]]


def test_sarima_is_fitted_to_the_first_series_of_a_and_x_and_others_have_ets() -> None:
    rows = split_rows(snapshot(12).splits["test"], config().data)
    asked = sarima_rows(rows, 1)
    assert asked.sum() == 1
    assert rows.abc[asked.argmax()] == "A"
    assert rows.xyz[asked.argmax()] == "X"
    fitted = Fitted(4, levels_with(0.95), sarima_series=1)
    ets = forecast_one("ets", rows, fitted)
    found = forecast_one("sarima", rows, fitted, {"ets": ets})
    assert found.limited == 11
    assert np.array_equal(found.means[~asked], ets.means[~asked])
    assert np.array_equal(found.means, forecast_one("sarima", rows, fitted).means)


def test_a_method_without_quantiles_has_its_mean_at_each_level() -> None:
    assert Forecast(np.array([[3.0]])).base(2).tolist() == [[[3.0, 3.0]]]
