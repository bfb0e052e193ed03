"""Benchmarks: draws many series of known kinds, in the splits of a model of demand."""

from pathlib import Path

import numpy as np

from components.core.records import Snapshot
from components.recipes.demand.classes.abc_xyz import abc_classes, xyz_class
from components.recipes.demand.classes.demand_class import demand_class
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.forecasters.rows import Array
from components.recipes.demand.series import SPLITS, Series, SeriesSnapshot

START = "2023-01-02"  # a Monday


def draw(count: int, weeks: int, seed: int) -> list[Array]:
    """Return series: even, with a season, intermittent and lumpy, a quarter each."""
    numbers = np.random.default_rng(seed)
    return [_series(place % 4, weeks, numbers) for place in range(count)]


def _series(kind: int, weeks: int, numbers: np.random.Generator) -> Array:
    level = float(np.exp(numbers.normal(2.5, 0.8)))
    if kind < 2:
        season = 1 + 0.6 * kind * np.sin(2 * np.pi * (np.arange(weeks) - numbers.uniform(0, 52)) / 52)
        return numbers.poisson(level * season).astype(np.float64)
    sells = numbers.random(weeks) < numbers.uniform(0.1, 0.4)
    sizes = 1.0 if kind == 2 else np.ceil(numbers.lognormal(1.2, 1.0, weeks))
    return np.asarray(sells * sizes, dtype=np.float64)


def snapshot(values: list[Array], config: DemandConfig) -> SeriesSnapshot:
    """Return the series as ingest would put them into splits."""
    held, ahead = config.data.held_back, config.data.forecast_periods
    splits: dict[str, list[Series]] = {}
    for split in SPLITS:
        end = len(values[0]) - held[split]
        origin = end - ahead[split]
        letters = abc_classes([float(one[:origin].sum()) for one in values], config.data.classes.abc)
        splits[split] = [_row(k, one[:end], split, origin, letters[k]) for k, one in enumerate(values)]
    return Snapshot("bench", Path(), splits)


def _row(number: int, values: Array, split: str, origin: int, abc: str) -> Series:
    return Series(
        id=f"P{number:05d}",
        split=split,
        frequency="weekly",
        start=START,
        quantities=values.tolist(),
        prices=None,
        promotions=None,
        category=None,
        forecast_from=origin,
        outliers=[],
        demand_class=demand_class(values[:origin]),
        abc=abc,
        xyz=xyz_class(values[:origin]),
    )
