"""Tests: scaled errors, checked against utilsforecast's, and when there is no MAPE."""

import numpy as np
import pytest
import utilsforecast.losses as theirs

from components.core.errors import DataError
from components.metrics.forecast_errors import (
    absolute_percentage_error,
    absolute_scaled_error,
    naive_error,
    root_squared_scaled_error,
    squared_naive_error,
)
from tests.components.metrics.test_quantile_loss import table

NUMBERS = np.random.default_rng(3)
HISTORY, ACTUAL, FORECAST = (NUMBERS.poisson(3.0, (4, size)).astype(float) for size in (20, 6, 6))


def test_mase_and_rmsse_are_those_of_utilsforecast() -> None:
    frame, train = table(ACTUAL, m=FORECAST), table(HISTORY)
    scale = np.array([naive_error(row) for row in HISTORY])
    squared = np.array([squared_naive_error(row) for row in HISTORY])
    mase, rmsse = (f(frame, ["m"], seasonality=1, train_df=train)["m"] for f in (theirs.mase, theirs.rmsse))
    assert np.allclose(absolute_scaled_error(ACTUAL, FORECAST, scale), mase)
    assert np.allclose(root_squared_scaled_error(ACTUAL, FORECAST, squared), rmsse)


def test_a_seasonal_scale_compares_periods_one_season_apart() -> None:
    frame, train = table(ACTUAL, m=FORECAST), table(HISTORY)
    scale = np.array([naive_error(row, season=4) for row in HISTORY])
    wanted = theirs.mase(frame, ["m"], seasonality=4, train_df=train)["m"]
    assert np.allclose(absolute_scaled_error(ACTUAL, FORECAST, scale), wanted)


@pytest.mark.parametrize("history", [[], [5.0], [2.0, 2.0, 2.0]])
def test_a_history_in_which_nothing_changed_has_no_scale(history: list[float]) -> None:
    assert np.isnan(naive_error(np.array(history)))
    assert np.isnan(squared_naive_error(np.array(history)))


def test_mape_is_that_of_utilsforecast_where_nothing_is_zero() -> None:
    actual = ACTUAL + 1
    wanted = theirs.mape(table(actual, m=FORECAST), ["m"])["m"]
    assert np.allclose(absolute_percentage_error(actual, FORECAST).mean(1), wanted)


def test_mape_is_refused_on_zeros_with_the_share_of_them_and_what_to_read_instead() -> None:
    with pytest.raises(DataError, match=r"50% of the actual values are 0.*read WAPE"):
        absolute_percentage_error(np.array([0.0, 2.0]), np.array([1.0, 2.0]))
