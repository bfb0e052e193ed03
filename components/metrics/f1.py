"""Metrics: F1, the harmonic mean of precision and recall, of each class and averaged."""

import numpy as np

from components.metrics.classified import Array, Classified, ratio
from components.metrics.confusion_matrix import confusion_matrix


def f1_by_class(found: Classified, weights: Array) -> Array:
    """Return (resamples, k + 1) the F1 of each class, NaN for a class that is neither a label nor an answer.

    The last column has the classes that the classifier does not know, together: 0 where they occur.
    """
    table = confusion_matrix(found, weights)
    hits, either = np.diagonal(table, axis1=1, axis2=2), table.sum(1) + table.sum(2)
    return ratio(2 * hits, either, np.nan)


def f1_macro(found: Classified, weights: Array) -> Array:
    """Return (resamples,) the mean F1 of the classes that occur as labels or as answers; each class counts the same."""
    scores: Array = np.nanmean(f1_by_class(found, weights), axis=1)
    return scores


def f1_micro(found: Classified, weights: Array) -> Array:
    """Return (resamples,) the F1 of all examples together. With one label an example it equals the accuracy."""
    scores: Array = weights @ found.right / weights.sum(1)
    return scores
