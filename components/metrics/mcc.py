"""Metrics: Matthews' correlation coefficient of labels and answers."""

import numpy as np

from components.metrics.classified import Array, Classified, ratio
from components.metrics.confusion_matrix import confusion_matrix


def mcc(found: Classified, weights: Array) -> Array:
    """Return (resamples,) in [-1, 1]: 1 if all answers are right, 0 for answers that do not depend on the label.

    Source: Gorodkin, Comparing two K-category assignments by a K-category correlation coefficient (2004). It is 0 where
    all labels or all answers are equal.
    """
    table = confusion_matrix(found, weights)
    labels, answers, n = table.sum(2), table.sum(1), table.sum((1, 2))
    together = np.trace(table, axis1=1, axis2=2) * n - (labels * answers).sum(1)
    spread = np.sqrt((n**2 - (labels**2).sum(1)) * (n**2 - (answers**2).sum(1)))
    return ratio(together, spread, 0)
