"""Metrics: the quantile loss of forecasts, its mean over levels, and how often an interval holds."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def quantile_loss(actual: Array, forecast: Array, level: float) -> Array:
    """Return the loss of each quantile forecast, lower is better, 0 where it is exact.

    A forecast that is too low costs `level` a unit, one that is too high 1 - level: the expected loss is least at the
    true quantile (Koenker and Bassett, 1978). At a service level of 95 % a missing piece costs 19 times one too many.

    >>> quantile_loss(np.array([10.0, 10.0]), np.array([8.0, 12.0]), 0.75).tolist()
    [1.5, 0.5]
    """
    gap = actual - forecast
    return np.asarray(np.maximum(level * gap, (level - 1) * gap))


def mean_quantile_loss(actual: Array, quantiles: Array, levels: Sequence[float]) -> Array:
    """Return the mean over levels of the loss: half of the continuous ranked probability score, as levels get dense.

    Args:
        actual: (..., steps).
        quantiles: (..., steps, levels).
        levels: of the quantiles.
    """
    losses = [quantile_loss(actual, quantiles[..., place], level) for place, level in enumerate(levels)]
    return np.asarray(np.mean(losses, axis=0))


def inside(actual: ArrayLike, low: ArrayLike, high: ArrayLike) -> Array:
    """Return 1 where the interval with its ends holds the actual value, else 0, and NaN where that is unknown.

    >>> inside([1.0, 5.0], [0.0, 0.0], [2.0, 2.0]).tolist()
    [1.0, 0.0]
    """
    found = np.asarray(actual, dtype=np.float64)
    held = ((found >= np.asarray(low)) & (found <= np.asarray(high))).astype(np.float64)
    return np.asarray(np.where(np.isnan(found), np.nan, held))
