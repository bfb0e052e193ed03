"""Metrics: scores of one class against the rest, averaged over the classes."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from components.metrics.classified import Array, Classified, ratio

# Probabilities (n,) of a class, which examples are of it (n,), and weights (resamples, n) -> a score for each resample.
OfClass = Callable[[Array, NDArray[np.bool_], Array], Array]


def macro_average(of_class: OfClass, found: Classified, weights: Array) -> Array:
    """Return (resamples,) the mean over the classes that have an example and a counterexample in the resample.

    It is NaN if there is no such class.
    """
    total, classes = np.zeros(len(weights)), np.zeros(len(weights))
    for k in np.unique(found.labels[found.labels >= 0]):
        scores = of_class(found.probabilities[:, k], found.labels == k, weights)
        known = np.isfinite(scores)
        total[known] += scores[known]
        classes += known
    return ratio(total, classes, np.nan)


def at_thresholds(probability: Array, positive: NDArray[np.bool_], weights: Array) -> tuple[Array, Array]:
    """Return (resamples, thresholds): how many positives and negatives have each probability, the highest first."""
    order = np.argsort(-probability, kind="stable")
    starts = np.flatnonzero(np.diff(probability[order], prepend=np.inf))
    hits = np.add.reduceat((weights * positive)[:, order], starts, axis=1)
    misses = np.add.reduceat((weights * ~positive)[:, order], starts, axis=1)
    return hits, misses
