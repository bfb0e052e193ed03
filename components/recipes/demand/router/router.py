"""Demand: the router: XGBoost over features of a history, trained on which method won at past origins."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.core.errors import TrainingError
from components.recipes.demand.forecasters.rows import Array

Features = NDArray[np.float32]
FILE = "router.json"
ROUNDS = 60
_SETTINGS: dict[str, Any] = {
    **{"objective": "multi:softprob", "max_depth": 4, "eta": 0.1, "min_child_weight": 5.0, "subsample": 0.8},
    **{"tree_method": "hist", "colsample_bytree": 0.8, "lambda": 2.0},
}
LARGEST_STAKE = 0.98  # quantile of the weights: one odd row must not decide


@dataclass(frozen=True)
class Router:
    """A booster whose classes are the methods in their order."""

    methods: tuple[str, ...]
    booster: Any

    def choose(self, features: Features) -> list[str]:
        """Return the method for each row of features (n, features)."""
        import xgboost

        if not len(features):
            return []
        shares = np.asarray(self.booster.predict(xgboost.DMatrix(features)))
        return [self.methods[place] for place in shares.argmax(1)]

    def save(self, folder: Path) -> None:
        self.booster.save_model(folder / FILE)


def load_router(folder: Path, methods: Sequence[str]) -> Router:
    import xgboost

    booster = xgboost.Booster()
    booster.load_model(folder / FILE)
    booster.set_param({"nthread": 1})
    return Router(tuple(methods), booster)


def fit_router(features: Features, losses: Array, methods: Sequence[str], seed: int) -> Router:
    """Train on the method that lost least in each row; a row weighs as much as its choice mattered.

    Args:
        features: (n, features) of the histories.
        losses: (n, methods); rows with a loss that is not finite are left out.
        methods: the classes.
        seed: of the samples of rows and columns.

    Raises:
        TrainingError: no row can be learnt from.
    """
    import xgboost

    known = np.isfinite(losses).all(1)
    if known.sum() < 2:
        raise TrainingError(f"The router has {int(known.sum())} past forecasts to learn from", expected="2 at least")
    found = losses[known]
    stakes = found.mean(1) - found.min(1)
    stakes = np.minimum(stakes, np.quantile(stakes, LARGEST_STAKE)) + 1e-6
    data = xgboost.DMatrix(features[known], label=found.argmin(1), weight=stakes / stakes.mean())
    settings = {**_SETTINGS, "num_class": max(2, len(methods)), "seed": seed % 2**31, "nthread": 1}
    return Router(tuple(methods), xgboost.train(settings, data, ROUNDS))
