"""Metrics: the distance of rows to the closest of others, for rows of codes and numbers (Gower's distance)."""

import numpy as np
from numpy.typing import NDArray

from components.metrics.classified import Array

CELLS = 4_000_000  # distances at a time


def closest_distances(rows: Array, others: Array, numbers: NDArray[np.bool_]) -> Array:
    """Return (n,) the distance of each row to the closest of the others, in [0, 1].

    The distance is the mean over columns: of categories whether they differ, of numbers the difference as a share of
    the range. Source: Gower, A general coefficient of similarity (1971). A missing number is as far as can be from any
    number, and equal to another missing one.

    Args:
        rows: (n, columns); a category is a code, a missing number is NaN.
        others: (m, columns), of the same columns.
        numbers: (columns,) which columns are numbers.
    """
    scaled, others = _scaled(rows, others, numbers), _scaled(others, others, numbers)
    found = np.empty(len(rows))
    step = max(1, CELLS // max(1, len(others)))
    for at in range(0, len(rows), step):
        part = scaled[at : at + step]
        distances = np.zeros((len(part), len(others)), dtype=np.float32)
        for column in range(rows.shape[1]):
            distances += _apart(part[:, column], others[:, column], bool(numbers[column]))
        found[at : at + step] = distances.min(1) / rows.shape[1]
    return found


def _scaled(rows: Array, others: Array, numbers: NDArray[np.bool_]) -> Array:
    """Return the rows with numbers as shares of the range that the others have."""
    found = rows.astype(float).copy()
    for column in np.flatnonzero(numbers):
        known = others[:, column][np.isfinite(others[:, column])]
        low, high = (known.min(), known.max()) if len(known) else (0.0, 0.0)
        found[:, column] = (rows[:, column] - low) / (high - low or 1.0)
    return found


def _apart(ours: Array, theirs: Array, is_number: bool) -> NDArray[np.float32]:
    if not is_number:
        differ: NDArray[np.float32] = (ours[:, None] != theirs[None, :]).astype(np.float32)
        return differ
    gaps = np.minimum(np.abs(ours[:, None] - theirs[None, :]), 1.0)
    both = np.isnan(ours)[:, None] & np.isnan(theirs)[None, :]
    found: NDArray[np.float32] = np.where(both, 0.0, np.nan_to_num(gaps, nan=1.0)).astype(np.float32)
    return found
