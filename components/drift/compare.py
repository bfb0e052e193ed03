"""Drift: compares all columns of two samples, each by the method of its kind."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np

from components.drift.columns import Column, ColumnDrift, column_drifts, known
from components.drift.kernel_test import SMALLEST, compare_embeddings

Columns = Mapping[str, Column]


def compare_columns(reference: Columns, current: Columns, seed: int) -> list[ColumnDrift]:
    """Return the drift of every column that both samples have, the least probable first.

    Embeddings are compared by the kernel test, and left out where a sample has fewer than 8; other columns as
    `column_drifts` says. `seed` is that of the sampling of embeddings.
    """
    names = [name for name in reference if name in current and is_embedding(reference[name], current[name])]
    plain = {name: column for name, column in reference.items() if name not in names}
    pairs = {name: (known(reference[name]), known(current[name])) for name in names}
    of_embeddings = [
        compare_embeddings(name, np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64), seed)
        for name, (a, b) in pairs.items()
        if min(len(a), len(b)) >= SMALLEST
    ]
    found = [*column_drifts(plain, current), *of_embeddings]
    return sorted(found, key=lambda drift: (drift.p, -drift.distance, drift.column))


def without_embeddings(columns: Columns) -> Columns:
    """Return the columns of texts and numbers alone."""
    return {name: column for name, column in columns.items() if not is_embedding(column)}


def is_embedding(*columns: Column) -> bool:
    """Return whether the values that are not missing are sequences of numbers."""
    first: Any = next(chain.from_iterable(known(column) for column in columns), None)
    return isinstance(first, Sequence) and not isinstance(first, str)


def joined(parts: Sequence[Columns]) -> Columns:
    """Return the columns of several splits, one after the other; only those that all of them have."""
    shared = [name for name in parts[0] if all(name in part for part in parts)] if parts else []
    return {name: list(chain.from_iterable(part[name] for part in parts)) for name in shared}
