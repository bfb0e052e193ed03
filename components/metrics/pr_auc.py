"""Metrics: the area under the precision-recall curve (average precision), one class against the rest."""

import numpy as np
from numpy.typing import NDArray

from components.metrics.classified import Array, Classified, ratio
from components.metrics.one_against_rest import at_thresholds, macro_average


def pr_auc(found: Classified, weights: Array) -> Array:
    """Return (resamples,) the mean over classes of the average precision; chance is the share of the class."""
    return macro_average(average_precision, found, weights)


def average_precision(probability: Array, positive: NDArray[np.bool_], weights: Array) -> Array:
    """Return (resamples,) the precision at each threshold, weighted by the recall that it adds.

    It does not interpolate between thresholds, which would be too optimistic (Davis and Goadrich, The relationship
    between precision-recall and ROC curves, 2006).
    """
    hits, misses = at_thresholds(probability, positive, weights)
    right = np.cumsum(hits, axis=1)
    answered = right + np.cumsum(misses, axis=1)
    precision = ratio(right, answered, 0)
    total = hits.sum(1)
    return ratio((hits * precision).sum(1), total, np.nan)
