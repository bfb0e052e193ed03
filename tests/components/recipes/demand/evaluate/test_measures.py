"""Tests: values of scores, one of each product, and that the zero forecast does not win."""

import numpy as np

from components.recipes.demand.evaluate.measures import Measures
from components.recipes.demand.evaluate_settings import EvaluateSettings
from components.recipes.demand.forecasters.methods import levels_with
from components.recipes.demand.forecasters.rows import split_rows
from tests.components.recipes.demand.trained import config, snapshot

LEVELS = levels_with(0.95)
ROWS = split_rows(snapshot(8).splits["validation"], config().data)
MEASURES = Measures(ROWS, 8, LEVELS, EvaluateSettings())


def test_an_exact_forecast_has_no_loss_and_no_error() -> None:
    found = MEASURES.values(ROWS.actuals, np.repeat(ROWS.actuals[:, :, None], len(LEVELS), axis=2))
    for name in ("service_loss", "rmsse", "mase", "scaled_pinball"):
        assert np.allclose(found[name], 0.0), name
    assert (found["coverage_80"] == 1.0).all()


def test_the_zero_forecast_loses_in_service_loss_though_it_wins_in_absolute_errors_on_seldom_sales() -> None:
    seldom = [k for k in range(8) if k % 4 == 2]  # sells 1 in three of ten periods
    zero = MEASURES.values(np.zeros_like(ROWS.actuals), np.zeros((*ROWS.actuals.shape, len(LEVELS))))
    means = np.repeat(np.array([h.mean() for h in ROWS.histories])[:, None], ROWS.horizon, axis=1)
    empirical = np.stack([np.tile(np.quantile(h, LEVELS), (ROWS.horizon, 1)) for h in ROWS.histories])
    ours = MEASURES.values(means, np.repeat(means[:, :, None], len(LEVELS), axis=2))
    assert zero["mase"][seldom].mean() < ours["mase"][seldom].mean()
    assert MEASURES.values(means, empirical)["service_loss"][seldom].mean() < zero["service_loss"][seldom].mean()


def test_a_product_counts_once_however_many_folds_it_has() -> None:
    values = np.arange(len(ROWS), dtype=float)
    found = MEASURES.of_products(values)
    assert found[0] == values[ROWS.series == 0].mean()
    assert len(found) == 8


def test_a_product_without_any_value_has_none() -> None:
    assert np.isnan(MEASURES.of_products(np.full(len(ROWS), np.nan))).all()


def test_too_much_for_one_product_and_too_little_for_another_is_no_bias() -> None:
    means = ROWS.actuals + np.where(ROWS.series % 2, 1.0, -1.0)[:, None]
    sums = MEASURES.sums(means, np.repeat(ROWS.actuals[:, :, None], len(LEVELS), axis=2))
    assert np.isclose(sums["bias"].value(np.ones((1, 8)))[0], 0.0)
