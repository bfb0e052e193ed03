"""Demand: A, B and C by the value of what was sold, X, Y and Z by how much it varies."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Limits = Sequence[float]  # two, the smaller one first


def abc_classes(values: Sequence[float], percent: Limits = (80.0, 95.0)) -> list[str]:
    """Return the class of each product: those of the highest value that make up `percent[0]` of all are A, and so on.

    The product that crosses a limit belongs to the better class. Without any value all are C.

    >>> abc_classes([70.0, 5.0, 15.0, 10.0])
    ['A', 'C', 'A', 'B']
    """
    found = np.asarray(values, dtype=np.float64)
    total = found.sum()
    if total <= 0:
        return ["C"] * len(found)
    order = np.argsort(-found, kind="stable")
    before = 100 * (np.cumsum(found[order]) - found[order]) / total
    letters = np.where(before < percent[0] - 1e-9, "A", np.where(before < percent[1] - 1e-9, "B", "C"))
    letters = np.where(found[order] > 0, letters, "C")
    classes = np.empty(len(found), dtype=object)
    classes[order] = letters
    return [str(letter) for letter in classes]


def variation(quantities: NDArray[np.float64]) -> float:
    """Return the coefficient of variation of all periods, those without a sale too; infinite without a sale."""
    mean = float(quantities.mean()) if len(quantities) else 0.0
    return float(quantities.std()) / mean if mean > 0 else float("inf")


def xyz_class(quantities: NDArray[np.float64], limits: Limits = (0.5, 1.0)) -> str:
    """Return X, Y or Z.

    >>> xyz_class(np.array([5.0, 6.0, 5.0])), xyz_class(np.array([0.0, 0.0, 9.0]))
    ('X', 'Z')
    """
    found = variation(quantities)
    return "X" if found <= limits[0] else "Y" if found <= limits[1] else "Z"


def abc_rule(percent: Limits, by_price: bool) -> str:
    """Return the rule in words."""
    value = (
        "sales in money of the last season" if by_price else "pieces sold in the last season, as no prices are known"
    )
    return (
        f"A: the products with the highest value that together have {percent[0]:g} % of it; B: up to {percent[1]:g} %; "
        f"C: the others. Value: {value}."
    )


def xyz_rule(limits: Limits) -> str:
    """Return the rule in words."""
    return (
        f"X: the coefficient of variation of the quantities of all periods is at most {limits[0]:g}; Y: at most "
        f"{limits[1]:g}; Z: above."
    )
