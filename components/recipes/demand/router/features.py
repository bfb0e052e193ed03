"""Demand: features of a history, by which products are alike for the router."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.recipes.demand.classes.demand_class import adi, cv2
from components.recipes.demand.forecasters.rows import Array

NAMES = (
    *("periods", "log_mean", "adi", "cv2", "zeros", "since_last_sale", "trend", "recent"),
    *("variation", "lag_1", "lag_season", "peak"),
)
LARGEST = 1e3  # of any feature


def series_features(histories: Sequence[Array], season: int) -> NDArray[np.float32]:
    """Return (n, features) in the order of NAMES. Only the mean depends on the unit."""
    found = np.array([_features(history, season) for history in histories], dtype=np.float64)
    return np.clip(np.nan_to_num(found, posinf=LARGEST), -LARGEST, LARGEST).astype(np.float32).reshape(-1, len(NAMES))


def _features(history: Array, season: int) -> list[float]:
    n, mean = len(history), float(history.mean())
    if mean <= 0:
        return [n, 0.0, LARGEST, 0.0, 1.0, float(n), 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
    half = max(1, n // 2)
    recent = float(history[-max(1, min(8, n)) :].mean())
    return [
        float(n),
        float(np.log1p(mean)),
        adi(history),
        cv2(history),
        float((history == 0).mean()),
        float(n - 1 - np.flatnonzero(history)[-1]),
        (float(history[-half:].mean()) - float(history[:half].mean())) / mean,
        recent / mean,
        float(history.std()) / mean,
        _correlation(history, 1),
        _correlation(history, season) if n >= 2 * season else 0.0,
        float(history.max()) / mean,
    ]


def _correlation(history: Array, lag: int) -> float:
    if len(history) <= lag + 1:
        return 0.0
    centred = history - history.mean()
    total = float(centred @ centred)
    return float(centred[lag:] @ centred[:-lag]) / total if total > 0 else 0.0
