"""Metrics: the area under the ROC curve, one class against the rest."""

import numpy as np
from numpy.typing import NDArray

from components.metrics.classified import Array, Classified, ratio
from components.metrics.one_against_rest import at_thresholds, macro_average


def roc_auc(found: Classified, weights: Array) -> Array:
    """Return (resamples,) the mean over classes of the area under the ROC curve; 0.5 is chance, 1 is best."""
    return macro_average(roc_auc_of_class, found, weights)


def roc_auc_of_class(probability: Array, positive: NDArray[np.bool_], weights: Array) -> Array:
    """Return (resamples,) how often an example of the class has a higher probability than another; ties count half.

    Source: Hanley and McNeil, The meaning and use of the area under a ROC curve (1982).
    """
    hits, misses = at_thresholds(probability, positive, weights)
    below = misses.sum(1, keepdims=True) - np.cumsum(misses, axis=1) + misses / 2
    pairs = hits.sum(1) * misses.sum(1)
    return ratio((hits * below).sum(1), pairs, np.nan)
