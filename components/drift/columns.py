"""Drift: how far two samples of a column are apart (an effect size), and how likely chance alone does that."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import jensenshannon

from components.core.monitored import Column as Column

MISSING = "(missing)"
SMALLEST_EXPECTED = 10.0  # of a cell in the chi-squared test, so that its tail holds far out; rarer values are pooled
SMALLEST_DEVIATION = 0.001  # Evidently's floor of the standard deviation that the Wasserstein distance is divided by


@dataclass(frozen=True, slots=True)
class ColumnDrift:
    """One column in two samples.

    `distance` is the effect size by `method`: the Jensen-Shannon distance of texts, in [0, 0.83], or the Wasserstein
    distance of numbers in standard deviations of the reference, as Evidently calls and computes them. `p` is the
    probability of such a difference by chance: of texts by a chi-squared and an exact test, of numbers by
    Kolmogorov-Smirnov.
    """

    column: str
    method: str
    distance: float
    p: float
    n: int
    reference_n: int
    change: str  # the largest change, for people: `Black 30 % -> 60 %`


def column_drifts(reference: Mapping[str, Column], current: Mapping[str, Column]) -> list[ColumnDrift]:
    """Return the drift of every column that both samples have, the least probable first.

    A column of numbers with missing values also gives the column `NAME is missing`. A column without any value in one
    of the samples is compared by its missing values alone.
    """
    found: list[ColumnDrift] = []
    for name in reference:
        if name in current and len(reference[name]) and len(current[name]):
            found.extend(_compared(name, reference[name], current[name]))
    return sorted(found, key=lambda drift: (drift.p, -drift.distance, drift.column))


def is_numeric(column: Column) -> bool:
    """Return whether all values that are not missing are numbers."""
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in known(column))


def known(column: Column) -> list[Any]:
    """Return the values that are not missing. NaN is missing."""
    return [value for value in column if value is not None and value == value]


def _compared(name: str, reference: Column, current: Column) -> list[ColumnDrift]:
    if not (is_numeric(reference) and is_numeric(current)):
        return [compare_texts(name, reference, current)]
    numbers = known(reference), known(current)
    found = [compare_numbers(name, *numbers)] if all(numbers) else []
    if any(len(values) < len(column) for values, column in zip(numbers, (reference, current), strict=True)):
        flags = [[MISSING if value is None or value != value else "known" for value in c] for c in (reference, current)]
        found.append(compare_texts(f"{name} is missing", *flags))
    return found


def compare_texts(name: str, reference: Column, current: Column) -> ColumnDrift:
    """Compare two samples of texts. A missing value is a value of its own."""
    counts = [Counter(MISSING if value is None else str(value) for value in column) for column in (reference, current)]
    values = sorted(counts[0] | counts[1])
    table = np.array([[count[value] for value in values] for count in counts], dtype=np.float64)
    shares = table / table.sum(axis=1, keepdims=True)
    most = int(np.argmax(np.abs(shares[1] - shares[0])))
    distance = float(np.nan_to_num(jensenshannon(*shares)))
    change = f"{values[most]} {100 * shares[0][most]:.0f} % -> {100 * shares[1][most]:.0f} %"
    return ColumnDrift(name, "jensenshannon", distance, _chance(table), len(current), len(reference), change)


def compare_numbers(name: str, reference: Sequence[float], current: Sequence[float]) -> ColumnDrift:
    """Compare two samples of numbers."""
    from scipy.stats import ks_2samp, wasserstein_distance  # slow, and every flow imports this file

    a, b = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    distance = float(wasserstein_distance(a, b) / max(float(np.std(a)), SMALLEST_DEVIATION))
    p = float(ks_2samp(a, b, method="asymp").pvalue)
    change = f"median {np.median(a):.4g} -> {np.median(b):.4g}"
    return ColumnDrift(name, "wasserstein", distance, p, len(b), len(a), change)


def _chance(table: NDArray[np.float64]) -> float:
    """Return the p-value of a table (2, values): twice the smaller one of two tests.

    The chi-squared test, with rare values pooled, sees many small changes; Fisher's exact test of each value against
    all others, times their number, sees one rare value that became frequent.
    """
    return min(1.0, 2 * min(_pooled_chance(table), _single_chance(table)))


def _pooled_chance(table: NDArray[np.float64]) -> float:
    from scipy.stats import chi2_contingency  # slow, as above

    expected = table.sum(axis=0) * table.sum(axis=1).min() / table.sum()
    rare = expected < SMALLEST_EXPECTED
    pooled = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)]) if rare.any() else table
    pooled = pooled[:, pooled.sum(axis=0) > 0]
    return float(chi2_contingency(pooled, correction=False).pvalue) if pooled.shape[1] > 1 else 1.0


def _single_chance(table: NDArray[np.float64]) -> float:
    from scipy.stats import hypergeom  # slow, as above

    seen, total, n = table.sum(axis=0), table.sum(), table[1].sum()
    above, below = hypergeom.sf(table[1] - 1, total, seen, n), hypergeom.cdf(table[1], total, seen, n)
    return float(min(1.0, 2 * np.minimum(above, below).min() * table.shape[1]))
