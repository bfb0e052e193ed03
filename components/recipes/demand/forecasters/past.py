"""Demand: the forecasts of all methods at past origins of the train split, made once and shared by all candidates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from components.core.errors import AtelierError, BaseModelError, DataError
from components.core.recipe import RunLog
from components.core.seeds import derive_seed
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.forecasters.conformal import Offsets, fit_offsets
from components.recipes.demand.forecasters.foundation import Foundation, load_foundation, missing_foundation
from components.recipes.demand.forecasters.methods import (
    ENSEMBLES,
    FOUNDATION,
    LIGHTGBM,
    ZERO,
    Fitted,
    Forecast,
    combine,
    forecast_all,
    levels_with,
)
from components.recipes.demand.forecasters.rows import Array, Rows, last_rows, training_rows
from components.recipes.demand.forecasters.trees import GlobalTrees, Told, fit_trees, told
from components.recipes.demand.series import Series

WHAT = "forecast past origins"


@dataclass(frozen=True)
class PastForecasts:
    """Rows of past origins with the forecasts of each method, its offsets, and what a version forecasts with.

    `methods` are those that ran. `bases` has their forecasts and those of both ensembles, before the offsets;
    `quantiles` (n, horizon, levels) has them with offsets, and the zero forecast.
    """

    rows: Rows
    methods: tuple[str, ...]
    bases: Mapping[str, Forecast]
    quantiles: Mapping[str, Array]
    offsets: Mapping[str, Offsets]
    skipped: Mapping[str, str]
    trees: GlobalTrees | None
    failed: Mapping[str, int]


def past_forecasts(config: DemandConfig, series: Sequence[Series], log: RunLog) -> PastForecasts:
    """Forecast with every method at every past origin, and learn its offsets from the errors.

    LightGBM forecasts the past with boosters that saw no period from the first of these origins on; those of the
    version see the whole train split.

    Raises:
        DataError: the train split is too short for one origin, or no method ran.
    """
    rows = training_rows(series[:: -(-len(series) // config.train.past_series) or 1], config.data, config.train.origins)
    if not len(rows):
        short = f"No series of the train split has {config.data.horizon + 2} periods"
        raise DataError(short, expected="a horizon and two periods more", act="lower data.horizon or data.folds")
    levels = levels_with(config.evaluate.service_level)
    skipped: dict[str, str] = {}
    early, late = _trees(config, series, rows, levels, skipped)
    fitted = fitted_methods(config, early, _foundation(config, skipped))
    wanted = [name for name in config.train.methods if name not in skipped]
    found = forecast_all(wanted, rows, fitted, lambda done, total: log.progress(WHAT, done, total))
    if not found.of:
        raise DataError(f"No method could forecast ({'; '.join(found.skipped.values())})", expected="one at least")
    bases = with_derived(found.of)
    offsets = {name: fit_offsets(forecast.base(len(levels)), rows, levels) for name, forecast in bases.items()}
    return PastForecasts(
        rows=rows,
        methods=tuple(found.of),
        bases=bases,
        quantiles=quantiles_of(bases, offsets, rows, len(levels)),
        offsets=offsets,
        skipped={**skipped, **found.skipped},
        trees=late,
        failed={name: forecast.failed for name, forecast in found.of.items() if forecast.failed},
    )


def fitted_methods(config: DemandConfig, trees: GlobalTrees | None, foundation: Foundation | None) -> Fitted:
    return Fitted(
        season=config.data.seasonal_periods,
        levels=levels_with(config.evaluate.service_level),
        trees=trees,
        foundation=foundation,
        sarima_series=config.train.sarima_series,
        processes=config.train.processes,
    )


def with_derived(found: Mapping[str, Forecast]) -> dict[str, Forecast]:
    """Return the forecasts with those of both ensembles."""
    return {**found, **{name: combine(name, found) for name in ENSEMBLES}}


def quantiles_of(
    bases: Mapping[str, Forecast], offsets: Mapping[str, Offsets], rows: Rows, levels: int
) -> dict[str, Array]:
    """Return the quantiles of each method, and of the zero forecast, which are all 0."""
    found = {name: offsets[name].apply(forecast.base(levels), rows) for name, forecast in bases.items()}
    return {**found, ZERO: np.zeros((len(rows), rows.horizon, levels))}


def _foundation(config: DemandConfig, skipped: dict[str, str]) -> Foundation | None:
    if FOUNDATION not in config.train.methods:
        return None
    if why := missing_foundation(config.train.foundation):
        skipped[FOUNDATION] = why
        return None
    try:
        return load_foundation(str(config.train.foundation))
    except BaseModelError as error:
        skipped[FOUNDATION] = str(error)
        return None


def _trees(
    config: DemandConfig, series: Sequence[Series], rows: Rows, levels: Sequence[float], skipped: dict[str, str]
) -> tuple[GlobalTrees | None, GlobalTrees | None]:
    """Return the boosters that know nothing from the first past origin on, and those of the whole train split."""
    if LIGHTGBM not in config.train.methods:
        return None, None
    shape = (config.data.seasonal_periods, config.data.horizon)
    seed, threads = derive_seed(config.seed, LIGHTGBM), config.train.processes
    whole = last_rows(series, config.data)
    try:
        early = fit_trees(before(whole, int(rows.ends.min())), levels, shape, seed, threads)
        return early, fit_trees(told(whole), levels, shape, seed, threads)
    except AtelierError as error:
        skipped[LIGHTGBM] = str(error)
        return None, None


def before(rows: Rows, number: int) -> Told:
    """Return the histories before the period of this number, of the series that had begun by then."""
    lengths = [
        len(history) - max(end - number, 0) for history, end in zip(rows.histories, rows.ends.tolist(), strict=True)
    ]
    kept = [k for k, length in enumerate(lengths) if length > 1]
    return Told(
        [rows.histories[k][: lengths[k]] for k in kept],
        np.minimum(rows.ends[np.array(kept, dtype=np.int64)], number),
        [one and one.until(lengths[k]) for k in kept for one in [rows.beside[k]]] if rows.beside else (),
    )
