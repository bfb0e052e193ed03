"""Demand: what a candidate forecasts for the rows of a split, from forecasts that all candidates share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from components.core.errors import CheckpointError
from components.core.files import digest_of, file_digest, new_folder
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.forecasters.methods import LIGHTGBM, ZERO, Fitted, Forecast, forecast_all, levels_with
from components.recipes.demand.forecasters.past import quantiles_of, with_derived
from components.recipes.demand.forecasters.rows import Array, Rows
from components.recipes.demand.model_files import TREES
from components.recipes.demand.predict.version import Version, open_version
from components.recipes.demand.router.policy import picked

WHAT = "forecast the folds"


@dataclass(frozen=True)
class Answers:
    """Of one candidate: the method of each row, means (n, horizon) and quantiles (n, horizon, levels)."""

    chosen: tuple[str, ...]
    means: Array
    quantiles: Array


@dataclass(frozen=True)
class Shared:
    """Of one training, for the rows of a split: means and quantiles of every method, and the failures of each."""

    means: Mapping[str, Array]
    quantiles: Mapping[str, Array]
    failed: Mapping[str, int]
    limited: Mapping[str, int]

    @property
    def methods(self) -> list[str]:
        """The methods that a candidate chooses among: not the ensembles and not the zero forecast."""
        return list(self.failed)


def forecast_shared(config: DemandConfig, rows: Rows, versions: Sequence[Version], cache: Path, log: RunLog) -> Shared:
    """Return the forecasts of all methods of one training; those made before are read from `cache`."""
    first = versions[0]
    with_trees = next((v for v in versions if v.fitted.trees is not None), first)
    foundation = next((v.fitted.foundation for v in versions if v.fitted.foundation is not None), None)
    fitted = replace(with_trees.fitted, foundation=foundation, processes=config.train.processes)
    methods = [name for name in first.about["methods"] if name != LIGHTGBM or fitted.trees is not None]
    keys = _keys(methods, rows, first, with_trees.folder, fitted)
    places = {name: cache / "forecasts" / key for name, key in keys.items()}
    found = {name: kept for name, place in places.items() if (kept := _cached(place))}
    missing = [name for name in methods if name not in found]
    made = forecast_all(missing, rows, fitted, lambda done, total: log.progress(WHAT, done, total), found)
    if made.skipped:
        raise CheckpointError(f"A method cannot run ({'; '.join(made.skipped.values())})", act="train again")
    found |= {name: _kept(forecast, places[name]) for name, forecast in made.of.items()}
    found = {name: found[name] for name in methods}
    bases = with_derived(found)
    return Shared(
        means={**{name: forecast.means for name, forecast in bases.items()}, ZERO: np.zeros((len(rows), rows.horizon))},
        quantiles={
            name: at_levels(values, first.levels, levels_with(config.evaluate.service_level))
            for name, values in quantiles_of(bases, first.offsets, rows, len(first.levels)).items()
        },
        failed={name: forecast.failed for name, forecast in found.items()},
        limited={name: forecast.limited for name, forecast in found.items() if forecast.limited},
    )


def at_levels(quantiles: Array, known: Sequence[float], wanted: Sequence[float]) -> Array:
    """Return quantiles (n, horizon, wanted) of a version that may have learnt others (n, horizon, known).

    A version in production may be of a training with another service level. Between two levels it is a straight line.
    """
    if tuple(known) == tuple(wanted):
        return quantiles
    places = np.interp(wanted, known, np.arange(len(known)))
    below, share = np.floor(places).astype(int), places - np.floor(places)
    above = np.minimum(below + 1, len(known) - 1)
    return np.asarray(quantiles[:, :, below] * (1 - share) + quantiles[:, :, above] * share)


def answer(rows: Rows, shared: Mapping[str, Shared], checkpoint: Checkpoint | None) -> Answers:
    """Return the forecasts of a checkpoint. There is no base model: None is an error of the caller."""
    if checkpoint is None:
        raise ValueError("forecasters have no base model")
    version = open_version(checkpoint.folder)
    chosen, _ = version.choose(rows)
    found = shared[training_of(version)]
    return Answers(tuple(chosen), picked(found.means, chosen), picked(found.quantiles, chosen))


def training_of(version: Version) -> str:
    """Return what tells trainings apart: candidates of one share their forecasts."""
    return digest_of(
        [version.about["trained_on"], version.about["methods"], list(version.levels), version.about["seed"]]
    )


def _keys(methods: Sequence[str], rows: Rows, first: Version, trees: Path, fitted: Fitted) -> dict[str, str]:
    """Return the name of each method's forecasts in the cache: the digest of all that they depend on."""
    of_rows, settings = _rows_digest(rows), [fitted.season, fitted.sarima_series, list(fitted.levels)]
    of_trees = _trees_digest(trees)
    return {
        name: digest_of([name, of_rows, *settings, of_trees if name == LIGHTGBM else first.about["foundation"]])
        for name in methods
    }


def _trees_digest(folder: Path) -> str:
    return digest_of({path.name: file_digest(path) for path in sorted((folder / TREES).glob("*.txt"))})


def _rows_digest(rows: Rows) -> str:
    facts = zip(rows.histories, rows.ends.tolist(), rows.abc, rows.xyz, strict=True)
    beside = [one and [np.nan_to_num(one.prices, nan=-1.0).tolist(), one.promotions.tolist()] for one in rows.beside]
    return digest_of([rows.horizon, beside, *([history.tolist(), end, a, x] for history, end, a, x in facts)])


def _kept(forecast: Forecast, folder: Path) -> Forecast:
    from safetensors.numpy import save_file

    arrays = {"means": np.ascontiguousarray(forecast.means), "counts": np.array([forecast.failed, forecast.limited])}
    arrays |= {} if forecast.quantiles is None else {"quantiles": np.ascontiguousarray(forecast.quantiles)}
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not folder.is_dir():
        with new_folder(folder) as unfinished:
            save_file(arrays, unfinished / "forecast.safetensors")
    return forecast


def _cached(folder: Path) -> Forecast | None:
    from safetensors.numpy import load_file

    if not folder.is_dir():
        return None
    found = load_file(folder / "forecast.safetensors")
    failed, limited = found["counts"].tolist()
    return Forecast(found["means"], found.get("quantiles"), failed, limited)
