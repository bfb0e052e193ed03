"""Metrics: the agreement of raters beyond chance (Krippendorff's alpha)."""

from collections import Counter
from collections.abc import Sequence
from itertools import accumulate


def ordinal_alpha(units: Sequence[Sequence[int]]) -> float | None:
    """Return Krippendorff's alpha of ordinal values: 1 is full agreement, 0 is chance, below 0 is worse than chance.

    Source: Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), sections C and D: one minus the observed
    over the expected disagreement. Missing answers are allowed, and the number of raters does not matter.

    Args:
        units: the values of each picture, in any order. Units with fewer than two values are left out.

    Returns:
        None if no unit has two values, or if all values are equal: alpha is not defined then.

    >>> ordinal_alpha([[1, 1], [3, 3], [5, 5]])
    1.0
    """
    shared = [unit for unit in units if len(unit) > 1]
    counts = Counter(value for unit in shared for value in unit)
    if len(counts) < 2:
        return None
    ranks = _ranks(counts)
    observed = sum(_disagreement(unit, ranks) / (len(unit) - 1) for unit in shared)
    everything = list(counts.elements())
    return 1 - observed / (_disagreement(everything, ranks) / (len(everything) - 1))


def _disagreement(values: Sequence[int], ranks: dict[int, float]) -> float:
    """Return the sum of squared differences in rank over all ordered pairs of values."""
    total, squares = sum(ranks[value] for value in values), sum(ranks[value] ** 2 for value in values)
    return 2 * (len(values) * squares - total**2)


def _ranks(counts: Counter[int]) -> dict[int, float]:
    """Return the mean rank of each value: two ranks differ by the count between the values plus half of both counts."""
    values = sorted(counts)
    ends = accumulate(counts[value] for value in values)
    return {value: end - counts[value] / 2 for value, end in zip(values, ends, strict=True)}
