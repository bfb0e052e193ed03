"""Demand: one LightGBM for all series: the mean and quantiles of each step, from lags that mlforecast makes."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.core.errors import TrainingError
from components.recipes.demand.forecasters.beside import beside_columns
from components.recipes.demand.forecasters.rows import Array, Beside, Ints, Rows

MOST_ROWS = 60_000  # pairs of a place in a history and a step; more do not make it better, only slower
FEWEST_ROWS = 50
LAGS = (1, 2, 3, 4)
MEAN = "mean"
SCALE = "expanding_mean_lag1"  # the column by which a series is scaled, so that all are alike
_SETTINGS: Mapping[str, Any] = {
    **{"num_leaves": 31, "learning_rate": 0.08, "min_data_in_leaf": 40, "feature_fraction": 0.8, "verbosity": -1},
    **{"deterministic": True, "force_row_wise": True, "max_bin": 127},
}
TREES = 100


@dataclass(frozen=True)
class Told:
    """Histories, the numbers of the periods after them, and what their table says beside quantities, if it does."""

    histories: Sequence[Array]
    ends: Ints
    beside: Sequence[Beside | None] = ()


def told(rows: Rows) -> Told:
    return Told(rows.histories, rows.ends, rows.beside)


@dataclass(frozen=True)
class GlobalTrees:
    """Boosters by name: `mean`, and `q0.95` for each level."""

    boosters: Mapping[str, Any]
    season: int
    horizon: int

    @property
    def columns(self) -> Sequence[str]:
        """The names of the features, in their order."""
        return list(next(iter(self.boosters.values())).feature_name())

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, booster in self.boosters.items():
            (folder / f"{name}.txt").write_text(booster.model_to_string(), encoding="utf-8")


def load_trees(folder: Path, season: int, horizon: int) -> GlobalTrees:
    import lightgbm

    found = {path.stem: lightgbm.Booster(model_str=path.read_text("utf-8")) for path in sorted(folder.glob("*.txt"))}
    return GlobalTrees(found, season, horizon)


def fit_trees(known: Told, levels: Sequence[float], shape: tuple[int, int], seed: int, threads: int) -> GlobalTrees:
    """Fit the boosters to histories; `shape` is the season and the horizon.

    Each training row is a place in a history with the periods before it, and a step ahead that is still inside.

    Raises:
        TrainingError: the histories are too short or never sell.
    """
    import lightgbm

    season, horizon = shape
    found, targets = _training(_Lagged.of(known, season), horizon, seed)
    if len(targets) < FEWEST_ROWS:
        raise TrainingError(f"LightGBM has {len(targets)} rows to learn from", expected=f"{FEWEST_ROWS} at least")
    common = {**_SETTINGS, "seed": seed % 2**31, "num_threads": threads}
    wanted: dict[str, dict[str, Any]] = {MEAN: {"objective": "tweedie"}}
    wanted |= {f"q{level:g}": {"objective": "quantile", "alpha": level} for level in levels}
    data = lightgbm.Dataset(
        _table(found, list(found)), targets, feature_name=list(found), params={**common}, free_raw_data=False
    )
    return GlobalTrees({n: lightgbm.train({**common, **more}, data, TREES) for n, more in wanted.items()}, *shape)


def forecast_trees(trees: GlobalTrees, known: Told, horizon: int) -> dict[str, Array]:
    """Return (n, horizon) by the names of the boosters; steps beyond those that were learnt are forecast as the last.

    A series that never sold is forecast as 0.
    """
    count = len(known.histories)
    if not count:
        return {name: np.empty((0, horizon)) for name in trees.boosters}
    lagged = _Lagged.of(known, trees.season)
    places = np.repeat(lagged.ends, horizon)
    steps = np.tile(np.arange(1, horizon + 1), count)
    found, scales = lagged.features(places, steps, trees.horizon)
    features, shape = _table(found, trees.columns), (count, horizon)
    return {
        name: np.maximum(np.asarray(booster.predict(features)) * scales, 0.0).reshape(shape)
        for name, booster in trees.boosters.items()
    }


@dataclass(frozen=True)
class _Lagged:
    """Histories one after the other, each with one place after its end, where only the periods before are known."""

    values: Array
    begins: Ints  # of each place's series
    ends: Ints  # (series,) the place after the end
    numbers: Ints  # of each place's period
    columns: Mapping[str, Array]  # by name, from the periods before each place
    season: int
    beside: Mapping[str, Array]  # of prices and promotions before each place; none where no table has some

    @classmethod
    def of(cls, known: Told, season: int) -> "_Lagged":
        histories, ends = known.histories, known.ends
        lengths = np.array([len(history) + 1 for history in histories])
        values = np.concatenate([np.append(history, 0.0) for history in histories])
        stops = np.cumsum(lengths)
        begins = np.repeat(stops - lengths, lengths)
        numbers = np.arange(len(values)) - np.repeat(stops - 1 - ends, lengths)
        beside = beside_columns(known.beside, (lengths - 1).tolist()) if known.beside else {}
        return cls(values, begins, stops - 1, numbers, _columns(values, lengths, season), season, beside)

    def features(self, places: Ints, steps: Ints, horizon: int) -> tuple[dict[str, Array], Array]:
        """Return (n,) features by name of what is known before each place about a step, and the scales (n,)."""
        scales = np.nan_to_num(self.columns[SCALE][places])
        safe = np.where(scales > 0, scales, 1.0)
        ahead = places + steps - 1
        before = ahead - self.season * -(-steps // self.season)
        seasonal = np.where(before >= self.begins[places], self.values[np.maximum(before, 0)], np.nan)
        phase = 2 * np.pi * ((self.numbers[places] + steps - 1) % self.season) / self.season
        ages = (places - self.begins[places]).astype(np.float64)
        return {
            **{name: column[places] / safe for name, column in self.columns.items() if name != SCALE},
            "season_before": seasonal / safe,
            "step": np.minimum(steps, horizon).astype(np.float64),
            "season_sine": np.sin(phase),
            "season_cosine": np.cos(phase),
            "age": ages,
            "level": np.log1p(scales),
            **{name: column[places] for name, column in self.beside.items()},
        }, scales


def _table(found: Mapping[str, Array], names: Sequence[str]) -> NDArray[np.float32]:
    """Return (n, names) the features of these names, NaN where nothing is known of one."""
    unknown = np.full(len(next(iter(found.values()))), np.nan)
    return np.column_stack([found.get(name, unknown) for name in names]).astype(np.float32)


def _columns(values: Array, lengths: Ints, season: int) -> dict[str, Array]:
    import pandas as pd
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import ExpandingMean, ExponentiallyWeightedMean, RollingMean, RollingStd

    recent: list[Any] = [RollingMean(4, min_samples=1), RollingMean(13, min_samples=1), RollingStd(13, min_samples=2)]
    transforms: dict[int, list[Any]] = {1: [*recent, ExponentiallyWeightedMean(0.3), ExpandingMean()]}  # type: ignore[no-untyped-call]
    numbers = np.arange(len(values)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    frame = pd.DataFrame({"unique_id": np.repeat(np.arange(len(lengths)), lengths), "ds": numbers, "y": values})
    forecaster = MLForecast(models=[], freq=1, lags=sorted({*LAGS, season}), lag_transforms=transforms)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made: Any = forecaster.preprocess(frame, dropna=False, static_features=[])
    return {name: made[name].to_numpy(dtype=np.float64) for name in made.columns[3:]}


def _training(lagged: _Lagged, horizon: int, seed: int) -> tuple[dict[str, Array], Array]:
    """Return features and scaled targets of places from the second period on, at all steps that are known."""
    lasts = np.repeat(lagged.ends, np.diff(np.append(lagged.begins[lagged.ends], len(lagged.values))))
    places = np.arange(len(lagged.values))
    known = places > lagged.begins
    chosen = np.concatenate([places[known & (places + step <= lasts)] for step in range(1, horizon + 1)])
    counts = [int((known & (places + step <= lasts)).sum()) for step in range(1, horizon + 1)]
    steps = np.repeat(np.arange(1, horizon + 1), counts)
    numbers = np.random.default_rng(seed)
    if len(chosen) > MOST_ROWS:
        kept = np.sort(numbers.choice(len(chosen), MOST_ROWS, replace=False))
        chosen, steps = chosen[kept], steps[kept]
    found, scales = lagged.features(chosen, steps, horizon)
    sells = scales > 0
    targets = lagged.values[chosen + steps - 1][sells] / scales[sells]
    return {name: column[sells] for name, column in found.items()}, targets
