"""Demand: groups of series that behave alike, by K-means and by HDBSCAN, and how stable the groups are."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import HDBSCAN, KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import RobustScaler

from components.core.seeds import derive_seed

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
FEWEST = 12  # series: fewer are not grouped
MOST = 2000  # series that silhouettes, HDBSCAN and the stability are computed on: their time grows with the square
LARGEST_K = 8
LIMIT = 4.0  # of a scaled feature, so that one unusual series does not have a group of its own
REPEATS = 10
PART = 0.8  # the share of the series in each repetition
NOISE = -1  # HDBSCAN's label of series that are in no group
UNSTABLE = 0.6  # below this adjusted Rand index groups change with the series that are looked at


@dataclass(frozen=True, slots=True)
class Clusters:
    """Groups of one method: the label of each series, -1 in no group, and the stability of the groups.

    `stability` is the mean adjusted Rand index of the groups of random parts of the series and these groups: 1 where
    the same series are always together, 0 by chance. `sure` tells whether it is at least UNSTABLE.
    """

    method: str
    labels: Labels
    count: int
    stability: float
    silhouette: float
    in_none: float  # share of the series

    @property
    def sure(self) -> bool:
        return self.stability >= UNSTABLE


def scaled(features: Floats) -> Floats:
    """Return features of comparable scale: less the median, by the range of the middle half, limited."""
    return np.asarray(np.clip(RobustScaler().fit_transform(features), -LIMIT, LIMIT), dtype=np.float64)


def find_clusters(features: Floats, seed: int) -> list[Clusters]:
    """Return the groups by K-means, their number by the silhouette, and by HDBSCAN; none of few different series."""
    if len(features) < FEWEST or len(np.unique(features, axis=0)) < FEWEST:
        return []
    points = scaled(features)
    some = np.sort(np.random.default_rng(derive_seed(seed, "clusters")).permutation(len(points))[:MOST])
    k = max(range(2, min(LARGEST_K, len(some) - 1) + 1), key=lambda k: _silhouette(points[some], k, seed))
    smallest = max(5, len(some) // 40)

    def by_k_means(part: Floats) -> Labels:
        return _k_means(part, k, seed)

    def by_hdbscan(part: Floats) -> Labels:
        return np.asarray(HDBSCAN(min_cluster_size=smallest, copy=True).fit_predict(part), dtype=np.int64)

    return [
        _clusters("K-means", by_k_means(points), points[some], by_k_means, seed),
        _clusters("HDBSCAN", _spread(by_hdbscan(points[some]), points, some), points[some], by_hdbscan, seed),
    ]


def _clusters(method: str, labels: Labels, points: Floats, group: Callable[[Floats], Labels], seed: int) -> Clusters:
    known = group(points)
    real = np.unique(known[known != NOISE])
    kept = known != NOISE
    silhouette = float(silhouette_score(points[kept], known[kept])) if len(real) > 1 else float("nan")
    return Clusters(
        method, labels, len(real), _stability(points, known, group, seed), silhouette, float(np.mean(labels == NOISE))
    )


def _stability(points: Floats, known: Labels, group: Callable[[Floats], Labels], seed: int) -> float:
    numbers = np.random.default_rng(derive_seed(seed, "stability"))
    found = []
    for _ in range(REPEATS):
        part = np.sort(numbers.permutation(len(points))[: round(PART * len(points))])
        found.append(adjusted_rand_score(known[part], group(points[part])))
    return float(np.mean(found))


def _silhouette(points: Floats, k: int, seed: int) -> float:
    labels = _k_means(points, k, seed)
    return float(silhouette_score(points, labels)) if len(np.unique(labels)) > 1 else -1.0


def _k_means(points: Floats, k: int, seed: int) -> Labels:
    model = KMeans(k, n_init=4, random_state=derive_seed(seed, "k-means") % 2**32)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different series than groups
        return np.asarray(model.fit_predict(points), dtype=np.int64)


def _spread(labels: Labels, points: Floats, some: NDArray[np.int64]) -> Labels:
    """Return the labels of all series: those that were not grouped get the label of the nearest one that was."""
    from sklearn.neighbors import NearestNeighbors

    if len(some) == len(points):
        return labels
    nearest = NearestNeighbors(n_neighbors=1).fit(points[some]).kneighbors(points, return_distance=False)[:, 0]
    return np.asarray(labels[nearest], dtype=np.int64)
