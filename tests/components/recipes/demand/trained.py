"""Tests: small series of every kind, a model's settings for them, and a training that several tests share."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np

from components.core.config import parse_config
from components.core.records import Checkpoint, Snapshot
from components.recipes.demand.classes.abc_xyz import abc_classes, xyz_class
from components.recipes.demand.classes.demand_class import demand_class
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.scores import SCORES
from components.recipes.demand.series import Series, SeriesSnapshot
from components.recipes.demand.train import train
from tests.components.recipes.demand.settings import Log

PERIODS, HORIZON, FOLDS = 72, 4, 3
METHODS = ("naive", "moving-average", "croston", "tsb", "lightgbm")
START = "2023-01-02"  # a Monday


def config(train: Mapping[str, Any] | None = None, **sections: Any) -> DemandConfig:
    fields = {
        "model": "toy-demand",
        "recipe": "demand",
        "about": "Toy demand.",
        "data": {"catalogue": "drawn", "horizon": HORIZON, "folds": FOLDS, "season": 4},
        "train": {"methods": METHODS, **(train or {})},
        "evaluate": {},
        "promote": {"primary": "service_loss"},
        **sections,
    }
    return parse_config(DemandConfig, fields, "toy-demand.yaml", SCORES)


def quantities(number: int) -> np.ndarray:
    """Return a series: even, erratic, intermittent or lumpy, in turn."""
    numbers = np.random.default_rng(number)
    kinds = (
        lambda: numbers.poisson(20.0, PERIODS),
        lambda: np.ceil(numbers.lognormal(2.0, 1.0, PERIODS)),
        lambda: (numbers.random(PERIODS) < 0.3) * 1.0,
        lambda: (numbers.random(PERIODS) < 0.3) * np.ceil(numbers.lognormal(1.5, 1.0, PERIODS)),
    )
    return np.asarray(kinds[number % 4](), dtype=np.float64)


def snapshot(count: int = 24, values: Mapping[int, np.ndarray] | None = None) -> SeriesSnapshot:
    """Return a snapshot of drawn series, or with other values for some of them."""
    found = [(values or {}).get(number, quantities(number)) for number in range(count)]
    data = config().data
    held, ahead = data.held_back, data.forecast_periods
    splits = {}
    for split in ("train", "validation", "test"):
        ends = PERIODS - held[split]
        letters = abc_classes([float(one[: ends - ahead[split]].sum()) for one in found], data.classes.abc)
        splits[split] = [series(k, one[:ends], split, ends - ahead[split], letters[k]) for k, one in enumerate(found)]
    return Snapshot("toy", Path(), splits)


def series(number: int, values: np.ndarray, split: str, origin: int, abc: str = "B") -> Series:
    history = values[:origin]
    return Series(
        id=f"P{number:02d}",
        split=split,
        frequency="weekly",
        start=START,
        quantities=values.tolist(),
        prices=None,
        promotions=None,
        category=None,
        forecast_from=origin,
        outliers=[],
        demand_class=demand_class(history),
        abc=abc,
        xyz=xyz_class(history),
    )


@cache
def trained() -> tuple[DemandConfig, SeriesSnapshot, tuple[Checkpoint, ...]]:
    """Return a finished training of all candidates."""
    settings, found = config(), snapshot()
    return settings, found, tuple(train(settings, found, Path(mkdtemp()), Log()))


def checkpoint(name: str) -> Checkpoint:
    return next(one for one in trained()[2] if one.name == name)
