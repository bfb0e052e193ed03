"""Demand: all methods over the same rows: each method's means, its own quantiles if it has some, and its failures."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from components.core.errors import AtelierError
from components.recipes.demand.forecasters.foundation import Foundation
from components.recipes.demand.forecasters.local import LOCAL, SARIMA, Asked, forecast_together
from components.recipes.demand.forecasters.rows import Array, Rows
from components.recipes.demand.forecasters.trees import MEAN, GlobalTrees, forecast_trees, told

ZERO, LIGHTGBM, FOUNDATION = "zero", "lightgbm", "foundation"
ENSEMBLES = ("mean-ensemble", "median-ensemble")
INSTEAD = "ets"  # of SARIMA, on the series that it is not fitted to
LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)  # besides the service level


def levels_with(service_level: float) -> tuple[float, ...]:
    """Return the levels of all quantiles, ascending.

    >>> levels_with(0.95)
    (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
    """
    return tuple(sorted({*LEVELS, round(service_level, 6)}))


@dataclass(frozen=True)
class Forecast:
    """Of one method: means (n, horizon), its own quantiles (n, horizon, levels) or None, and the rows it failed on.

    `limited` counts the rows that it was not asked for, which have the forecast of another method.
    """

    means: Array
    quantiles: Array | None = None
    failed: int = 0
    limited: int = 0

    def base(self, levels: int) -> Array:
        """Return (n, horizon, levels): its own quantiles, else its mean at each level."""
        return np.repeat(self.means[:, :, None], levels, axis=2) if self.quantiles is None else self.quantiles


@dataclass(frozen=True)
class Fitted:
    """What methods need besides histories: the season, levels, global models, and how far SARIMA may go."""

    season: int
    levels: Sequence[float]
    trees: GlobalTrees | None = None
    foundation: Foundation | None = None
    sarima_series: int = 0  # of class AX, the first ones; its fit takes a hundred times as long as another's
    processes: int = 1


@dataclass(frozen=True)
class Forecasts:
    """The forecasts of several methods for the same rows, by method, and why others were skipped."""

    of: Mapping[str, Forecast]
    skipped: Mapping[str, str] = field(default_factory=dict)


def forecast_all(
    methods: Sequence[str],
    rows: Rows,
    fitted: Fitted,
    progress: Callable[[int, int], None] = lambda done, of: None,
    known: Mapping[str, Forecast] | None = None,
) -> Forecasts:
    """Return the forecasts of each method; `known` are those of other methods for the same rows.

    A method that cannot run at all is skipped, with the reason.
    """
    local = {name: rows for name in methods if name in LOCAL}
    found = forecast_each(local, fitted, progress)
    if SARIMA in found:
        found[SARIMA] = _filled(found[SARIMA], rows, fitted, {**(known or {}), **found}.get(INSTEAD))
    skipped: dict[str, str] = {}
    for name in methods:
        try:
            found[name] = found.get(name) or forecast_one(name, rows, fitted)
        except AtelierError as error:
            skipped[name] = str(error)
    progress(1, 1)
    return Forecasts({name: found[name] for name in methods if name in found}, skipped)


def forecast_one(name: str, rows: Rows, fitted: Fitted, known: Mapping[str, Forecast] | None = None) -> Forecast:
    """Return the forecasts of one method; `known` are those of other methods for the same rows."""
    if name == ZERO:
        return Forecast(np.zeros((len(rows), rows.horizon)))
    if name == LIGHTGBM:
        return _of_trees(rows, fitted)
    if name == FOUNDATION:
        return _of_foundation(rows, fitted)
    found = forecast_each({name: rows}, fitted)[name]
    return _filled(found, rows, fitted, (known or {}).get(INSTEAD)) if name == SARIMA else found


def forecast_each(
    parts: Mapping[str, Rows], fitted: Fitted, progress: Callable[[int, int], None] = lambda done, of: None
) -> dict[str, Forecast]:
    """Return the forecasts of statsforecast's methods, each for its own rows; of SARIMA those that it is fitted to."""
    rows = {
        name: part.at(np.flatnonzero(sarima_rows(part, fitted.sarima_series))) if name == SARIMA else part
        for name, part in parts.items()
    }
    asked = [Asked(name, part.histories, part.classes) for name, part in rows.items()]
    horizon = next((part.horizon for part in rows.values()), 0)
    found = forecast_together(asked, horizon, fitted.season, fitted.processes, progress)
    return {one.name: Forecast(made.means, failed=made.failed) for one, made in zip(asked, found, strict=True)}


def combine(name: str, found: Mapping[str, Forecast]) -> Forecast:
    """Return the mean or the median of methods' means, which gets quantiles of its own from its own errors."""
    together = np.stack([forecast.means for forecast in found.values()])
    return Forecast(together.mean(0) if name == ENSEMBLES[0] else np.median(together, axis=0))


def _of_trees(rows: Rows, fitted: Fitted) -> Forecast:
    if fitted.trees is None:
        raise AtelierError("LightGBM was not fitted", expected="longer histories")
    found = forecast_trees(fitted.trees, told(rows), rows.horizon)
    return Forecast(found[MEAN], np.stack([found[f"q{level:g}"] for level in fitted.levels], axis=2))


def _of_foundation(rows: Rows, fitted: Fitted) -> Forecast:
    if fitted.foundation is None:
        raise AtelierError("No foundation model was loaded", expected="one", act="see train.foundation")
    return Forecast(*fitted.foundation.forecast(rows.histories, rows.horizon, fitted.levels))


def _filled(found: Forecast, rows: Rows, fitted: Fitted, other: Forecast | None) -> Forecast:
    """Return SARIMA's forecasts with those of ETS for the rows that it is not fitted to; `other` is ETS of all rows."""
    asked = sarima_rows(rows, fitted.sarima_series)
    rest = np.flatnonzero(~asked)
    means = np.empty((len(rows), rows.horizon))
    means[asked] = found.means
    if len(rest):
        means[rest] = forecast_one(INSTEAD, rows.at(rest), fitted).means if other is None else other.means[rest]
    return Forecast(means, failed=found.failed, limited=len(rest))


def sarima_rows(rows: Rows, most: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Return (n,) whether SARIMA is fitted to a row: the series of class AX, where the plan's rule asks for it."""
    asked = np.array([a == "A" and x == "X" for a, x in zip(rows.abc, rows.xyz, strict=True)], dtype=bool)
    return np.asarray(asked & np.isin(rows.series, np.unique(rows.series[asked])[:most]))


ALL_METHODS = (*LOCAL, LIGHTGBM, FOUNDATION)
