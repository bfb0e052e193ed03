"""Tests: the quantile loss, checked against utilsforecast's."""

import numpy as np
import pandas as pd
import utilsforecast.losses as theirs
from hypothesis import given
from hypothesis import strategies as st

from components.metrics.quantile_loss import inside, mean_quantile_loss, quantile_loss

LEVELS = (0.1, 0.5, 0.95)


def table(actual: np.ndarray, **models: np.ndarray) -> pd.DataFrame:
    rows, steps = actual.shape
    found = {"unique_id": np.repeat(np.arange(rows), steps), "ds": np.tile(np.arange(steps), rows), "y": actual.ravel()}
    return pd.DataFrame({**found, **{name: values.ravel() for name, values in models.items()}})


def drawn(seed: int) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.random.default_rng(seed)
    return numbers.poisson(2.0, (5, 8)).astype(float), np.sort(numbers.gamma(2.0, 1.0, (5, 8, len(LEVELS))), axis=2)


def test_the_quantile_loss_is_that_of_utilsforecast() -> None:
    actual, quantiles = drawn(1)
    for place, level in enumerate(LEVELS):
        wanted = theirs.quantile_loss(table(actual, m=quantiles[:, :, place]), {"m": "m"}, q=level)["m"]
        assert np.allclose(quantile_loss(actual, quantiles[:, :, place], level).mean(1), wanted)


def test_the_mean_over_levels_is_that_of_utilsforecast() -> None:
    actual, quantiles = drawn(2)
    frame = table(actual, **{f"q{place}": quantiles[:, :, place] for place in range(len(LEVELS))})
    wanted = theirs.mqloss(frame, {"m": ["q0", "q1", "q2"]}, np.array(LEVELS))["m"]
    assert np.allclose(mean_quantile_loss(actual, quantiles, LEVELS).mean(1), wanted)


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0.01, 0.99))
def test_no_loss_is_below_zero_and_an_exact_forecast_has_none(actual: float, forecast: float, level: float) -> None:
    assert quantile_loss(np.array([actual]), np.array([forecast]), level)[0] >= 0
    assert quantile_loss(np.array([actual]), np.array([actual]), level)[0] == 0


def test_an_unknown_value_is_neither_inside_an_interval_nor_outside() -> None:
    assert np.isnan(inside([np.nan], [0.0], [1.0])[0])
