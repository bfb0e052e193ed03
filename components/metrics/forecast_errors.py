"""Metrics: errors of forecasts by those of a naive forecast in the same history, and MAPE, which zeros forbid."""

import numpy as np
from numpy.typing import NDArray

from components.core.errors import DataError

Array = NDArray[np.float64]


def naive_error(history: Array, season: int = 1) -> float:
    """Return the mean absolute difference of periods one season apart, by which errors are scaled; NaN if it is 0.

    >>> naive_error(np.array([1.0, 3.0, 2.0]))
    1.5
    """
    return _or_nan(float(np.abs(history[season:] - history[:-season]).mean())) if len(history) > season else np.nan


def squared_naive_error(history: Array, season: int = 1) -> float:
    """Return the mean squared difference of periods one season apart; NaN if it is 0."""
    return _or_nan(float(np.square(history[season:] - history[:-season]).mean())) if len(history) > season else np.nan


def absolute_scaled_error(actual: Array, forecast: Array, scale: Array) -> Array:
    """Return (n,) the MASE of each row (n, steps): the mean absolute error by the naive error (n,) of its history.

    Source: Hyndman and Koehler, Another look at measures of forecast accuracy (2006). The median minimises it: on a
    product that sells in fewer than half of the periods the zero forecast does.
    """
    return np.asarray(np.nanmean(np.abs(actual - forecast), axis=1) / scale)


def root_squared_scaled_error(actual: Array, forecast: Array, scale: Array) -> Array:
    """Return (n,) the RMSSE of each row (n, steps), with the squared naive error (n,) of its history.

    Source: Makridakis and others, The M5 accuracy competition (2022). The mean minimises it.
    """
    return np.asarray(np.sqrt(np.nanmean(np.square(actual - forecast), axis=1) / scale))


def absolute_percentage_error(actual: Array, forecast: Array) -> Array:
    """Return |actual - forecast| / actual of each value, whose mean is the MAPE.

    Raises:
        DataError: an actual value is 0, where a percentage error is infinite or undefined.
    """
    zeros = float((actual == 0).mean()) if actual.size else 0.0
    if zeros:
        raise DataError(
            f"MAPE is not given: {zeros:.0%} of the actual values are 0, where a percentage error is infinite or "
            "undefined, and leaving them out would judge a forecast only by the periods that sold",
            act="read WAPE, which divides the sums",
        )
    return np.asarray(np.abs(actual - forecast) / np.abs(actual))


def _or_nan(value: float) -> float:
    return value if value > 0 else float("nan")
