"""Demand: how much each method lost on past forecasts, by which methods are chosen: the scaled service loss."""

from collections.abc import Mapping, Sequence

import numpy as np

from components.metrics.forecast_errors import naive_error
from components.metrics.quantile_loss import quantile_loss
from components.recipes.demand.forecasters.rows import Array, Rows


def scales(histories: Sequence[Array]) -> Array:
    """Return (n,) by what errors are divided: the mean change from period to period.

    Where nothing changed it is the mean demand, and NaN without any demand, where no error can be scaled.
    """
    found = [naive_error(history) for history in histories]
    means = [float(history.mean()) if len(history) and history.any() else np.nan for history in histories]
    return np.array([scale if scale == scale else mean for scale, mean in zip(found, means, strict=True)])


def service_losses(quantiles: Mapping[str, Array], rows: Rows, levels: Sequence[float], level: float) -> Array:
    """Return (n, methods) the mean quantile loss at the service level of each row's known steps, scaled."""
    place, by = list(levels).index(round(level, 6)), scales(rows.histories)
    losses = [np.nanmean(quantile_loss(rows.actuals, q[:, :, place], level), axis=1) / by for q in quantiles.values()]
    return np.stack(losses, axis=1)
