"""Metrics: how many examples of each class were classified as each class."""

import numpy as np

from components.metrics.classified import Array, Classified


def confusion_matrix(found: Classified, weights: Array) -> Array:
    """Return (resamples, k + 1, k + 1): labels in rows, answers in columns; the last row has the unknown classes.

    Args:
        found: n examples.
        weights: (resamples, n) how often each example counts.
    """
    size = found.probabilities.shape[1] + 1
    cells = (found.labels % size) * size + found.predicted  # -1 becomes the last row
    order = np.argsort(cells, kind="stable")
    seen, starts = np.unique(cells[order], return_index=True)
    table = np.zeros((len(weights), size * size))
    table[:, seen] = np.add.reduceat(weights[:, order], starts, axis=1)
    return table.reshape(-1, size, size)
