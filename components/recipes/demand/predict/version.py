"""Demand: a version's files in memory: how it chooses, what it forecasts with, and what it learnt from the past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from components.recipes.demand.classes.features import feature_table
from components.recipes.demand.forecasters.conformal import Offsets
from components.recipes.demand.forecasters.foundation import load_foundation
from components.recipes.demand.forecasters.local import LOCAL, SARIMA
from components.recipes.demand.forecasters.methods import (
    ENSEMBLES,
    FOUNDATION,
    ZERO,
    Fitted,
    Forecast,
    combine,
    forecast_all,
    forecast_each,
)
from components.recipes.demand.forecasters.rows import Array, Ints, Rows
from components.recipes.demand.forecasters.trees import load_trees
from components.recipes.demand.model_files import ABOUT, OFFSETS, PAST, POLICY, TREES, model_folder, read_json
from components.recipes.demand.router.policy import Policy, choose, policy_of
from components.recipes.demand.router.router import FILE, Features, Router, load_router

TOGETHER = frozenset(LOCAL) - {SARIMA}  # methods that share processes, each for its own rows


@dataclass(frozen=True)
class Past:
    """Features (n, features), losses (n, methods), classes and folds (n,) of what a version learnt from."""

    features: Features
    losses: Array
    classes: tuple[str, ...]
    folds: Ints
    methods: tuple[str, ...]

    @cached_property
    def winners(self) -> Ints:
        """(n,) the place of the method that lost least."""
        return np.asarray(self.losses.argmin(1), dtype=np.int64)

    @cached_property
    def ordered(self) -> Features:
        return np.sort(self.features, axis=0)

    @cached_property
    def tree(self) -> Any:
        """Finds like forecasts by the ranks of their features."""
        from scipy.spatial import cKDTree

        return cKDTree(self.ranks(self.features))

    def ranks(self, features: Features) -> Array:
        """Return features as ranks among those of the past, so that none counts more than another."""
        columns = [np.searchsorted(self.ordered[:, k], features[:, k]) for k in range(features.shape[1])]
        return np.column_stack(columns).astype(np.float64)


@dataclass(frozen=True)
class Version:
    """A version in memory. `about` has its horizon, season, frequency, levels and thresholds."""

    folder: Path
    about: Mapping[str, Any]
    policy: Policy
    router: Router | None
    offsets: Mapping[str, Offsets]
    fitted: Fitted
    past: Past

    @property
    def levels(self) -> Sequence[float]:
        return tuple(self.about["levels"])

    def choose(self, rows: Rows) -> tuple[list[str], Features]:
        """Return the method for each row, and the features of the histories."""
        features = feature_table(rows.histories, self.about["season"]).astype(np.float32)
        return choose(self.policy, self.router, rows, features), features

    def forecast(self, rows: Rows, chosen: Sequence[str]) -> tuple[Array, Array]:
        """Return means (n, horizon) and quantiles (n, horizon, levels), running each method on its own rows alone."""
        means = np.zeros((len(rows), rows.horizon))
        quantiles = np.zeros((len(rows), rows.horizon, len(self.levels)))
        places = {name: np.flatnonzero(np.array(chosen) == name) for name in dict.fromkeys(chosen) if name != ZERO}
        parts = {name: rows.at(at) for name, at in places.items()}
        known = forecast_each({name: part for name, part in parts.items() if name in TOGETHER}, self.fitted)
        for name, part in parts.items():
            found = known.get(name) or self._forecast(name, part)
            means[places[name]] = found.means
            quantiles[places[name]] = self.offsets[name].apply(found.base(len(self.levels)), part)
        return means, quantiles

    def _forecast(self, name: str, rows: Rows) -> Forecast:
        if name not in ENSEMBLES:
            return forecast_all([name], rows, self.fitted).of[name]
        return combine(name, forecast_all(self.policy.methods, rows, self.fitted).of)


def open_version(folder: Path, processes: int = 1) -> Version:
    """Load the files of a version, from its checkpoint or from the folder in which MLflow keeps it."""
    place = model_folder(folder)
    about, policy = read_json(place / ABOUT), policy_of(read_json(place / POLICY))
    trees = place / TREES
    runs = set(policy.needed)
    fitted = Fitted(
        season=about["season"],
        levels=tuple(about["levels"]),
        trees=load_trees(trees, about["season"], about["horizon"]) if trees.is_dir() else None,
        foundation=load_foundation(about["foundation"]) if FOUNDATION in runs else None,
        sarima_series=about["sarima_series"],
        processes=processes,
    )
    router = load_router(place, policy.methods) if (place / FILE).is_file() else None
    return Version(place, about, policy, router, _offsets(place), fitted, _past(place, about))


def _offsets(place: Path) -> Mapping[str, Offsets]:
    from safetensors.numpy import load_file

    return {name: Offsets(values) for name, values in load_file(place / OFFSETS).items()}


def _past(place: Path, about: Mapping[str, Any]) -> Past:
    from safetensors.numpy import load_file

    found, names = load_file(place / PAST), about["classes"]
    classes = tuple(names[number] for number in found["classes"].tolist())
    return Past(found["features"], found["losses"], classes, found["folds"], tuple(about["methods"]))
