"""Demand: numbers that describe a series, by which series are grouped, and methods are chosen for them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from components.recipes.demand.classes.demand_class import adi, cv2

Floats = NDArray[np.float64]
LARGEST = 1000.0  # of every feature: a series without a sale has no finite interval between sales
SMALLEST = 1e-6  # a smaller quantity is none
# What each feature says.
FEATURES: Mapping[str, str] = {
    "periods": "length of the history, natural logarithm",
    "level": "mean quantity of a period, log(1 + x)",
    "interval": "ADI: mean interval between sales, logarithm",
    "size_variation": "CV2: squared coefficient of variation of the sizes of sales, log(1 + x)",
    "variation": "coefficient of variation of all periods, log(1 + x)",
    "peak": "largest quantity by the median of the periods with a sale, logarithm",
    "silence": "periods since the last sale by the mean interval between sales, log(1 + x)",
    "level_change": "mean of the last third of a season (at least 4 periods) by the mean before, logarithm",
    "trend": "slope over the last two seasons, in mean quantities a season",
    "season": "share of the variance that the places in the season explain, in [0, 1]; 0 below two seasons",
    "memory": "autocorrelation at lag 1",
    "season_memory": "autocorrelation at the lag of a season; 0 below two seasons",
    "clumping": "autocorrelation at lag 1 of whether there was a sale",
}


def series_features(quantities: Floats, season: int) -> dict[str, float]:
    """Return the features of a history; all are finite. They depend on nothing after it.

    >>> found = series_features(np.array([4.0, 0.0, 4.0, 0.0] * 6), season=4)
    >>> round(float(np.exp(found["interval"])), 2), round(found["season"], 2)
    (2.0, 1.0)
    """
    q = np.where(np.asarray(quantities) < SMALLEST, 0.0, quantities)
    mean = float(q.mean()) if len(q) else 0.0
    if mean == 0.0:
        return {**dict.fromkeys(FEATURES, 0.0), "periods": float(np.log1p(len(q))), "interval": float(np.log(LARGEST))}
    interval, sold = adi(q), q > 0
    recent = max(4, season // 3)
    seasons = len(q) >= 2 * season and season > 1
    return {
        "periods": float(np.log(len(q))),
        "level": float(np.log1p(mean)),
        "interval": float(np.log(interval)),
        "size_variation": float(np.log1p(cv2(q))),
        "variation": float(np.log1p(q.std() / mean)),
        "peak": float(np.log(q.max() / np.median(q[sold]))),
        "silence": float(np.log1p((len(q) - 1 - np.flatnonzero(sold)[-1]) / interval)),
        "level_change": _level_change(q, recent, mean),
        "trend": _trend(q[-2 * season :], season),
        "season": _season(q, season) if seasons else 0.0,
        "memory": _autocorrelation(q, 1),
        "season_memory": _autocorrelation(q, season) if seasons else 0.0,
        "clumping": _autocorrelation(sold.astype(np.float64), 1),
    }


def feature_table(histories: Sequence[Floats], season: int) -> Floats:
    """Return the features of several histories, (series, features) in the order of FEATURES."""
    rows = [list(series_features(history, season).values()) for history in histories]
    return np.asarray(rows, dtype=np.float64).reshape(len(rows), len(FEATURES))


def _level_change(q: Floats, recent: int, mean: float) -> float:
    """Return the logarithm of a ratio of means; a tenth of the mean is added to both, so that it is finite."""
    if len(q) <= recent:
        return 0.0
    return float(np.log((q[-recent:].mean() + mean / 10) / (q[:-recent].mean() + mean / 10)))


def _trend(q: Floats, season: int) -> float:
    if len(q) < 3 or not q.any():
        return 0.0
    at = np.arange(len(q)) - (len(q) - 1) / 2
    slope = float(at @ (q - q.mean()) / (at @ at)) * season / float(q.mean())
    return float(np.clip(slope, -LARGEST, LARGEST))


def _season(q: Floats, season: int) -> float:
    """Return the share of variance between the places in the season, less what chance gives (adjusted R2)."""
    used = q[len(q) % season :].reshape(-1, season)
    total = float(((used - used.mean()) ** 2).sum())
    if total == 0.0:
        return 0.0
    within = float(((used - used.mean(axis=0)) ** 2).sum())
    count = used.size
    return float(np.clip(1 - (within / max(1, count - season)) / (total / (count - 1)), 0.0, 1.0))


def _autocorrelation(q: Floats, lag: int) -> float:
    if len(q) <= lag + 1:
        return 0.0
    centred = q - q.mean()
    total = float(centred @ centred)
    return float(centred[lag:] @ centred[:-lag]) / total if total > 0 else 0.0
