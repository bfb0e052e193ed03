"""Product attributes: what the report says beside the scores: columns, pairs and values where rows are worst."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from components.recipes.product_attributes.evaluate.measure import Outputs
from components.recipes.product_attributes.evaluate.tables import Reference, Table

MOST_PAIRS, MOST_VALUES, MOST_ROWS = 10, 10, 10


@dataclass(frozen=True)
class Gap:
    """A value, or two values together, and the share of generated and of real rows that have it."""

    what: str
    generated: float
    real: float

    @property
    def apart(self) -> float:
        return self.generated - self.real


def worst_pairs(found: Outputs, floor: Outputs) -> list[dict[str, Any]]:
    """Return the pairs of columns whose distance is furthest above that of real rows, the worst first."""
    rows = [
        {
            "first": a,
            "second": b,
            "distance": distance,
            "floor": floor.pairs[a, b],
            "excess": distance - floor.pairs[a, b],
        }
        for (a, b), distance in found.pairs.items()
    ]
    return sorted(rows, key=lambda row: -float(str(row["excess"])))[:MOST_PAIRS]


def worst_values(reference: Reference, table: Table) -> list[Gap]:
    """Return the values whose shares differ most, of all columns, the largest difference first."""
    found = []
    for k, column in enumerate(reference.encoding.columns):
        size = column.size + 1
        ours, theirs = (np.bincount(t.codes[:, k], minlength=size) / len(t.rows) for t in (table, reference.held_out))
        for code in range(column.size):
            found.append(Gap(f"{column.name}={column.title_of(code)}", float(ours[code]), float(theirs[code])))
    return sorted(found, key=lambda gap: -abs(gap.apart))[:MOST_VALUES]


def worst_combinations(reference: Reference, table: Table, pair: tuple[str, str]) -> list[Gap]:
    """Return the combinations of two columns' values whose shares differ most."""
    a, b = (reference.encoding.place(name) for name in pair)
    first, second = reference.encoding.columns[a], reference.encoding.columns[b]
    width = second.size + 1
    joint = [t.codes[:, a] * width + t.codes[:, b] for t in (table, reference.held_out)]
    size = (first.size + 1) * width
    ours, theirs = (np.bincount(codes, minlength=size) / len(codes) for codes in joint)
    order = np.argsort(-np.abs(ours - theirs), kind="stable")[: MOST_VALUES // 2]
    return [
        Gap(f"{first.title_of(k // width)}, {second.title_of(k % width)}", float(ours[k]), float(theirs[k]))
        for k in order.tolist()
    ]


def most_suspicious(found: Outputs) -> list[dict[str, Any]]:
    """Return the generated rows that the classifier tells most surely from real ones."""
    order = np.argsort(-found.probabilities[0], kind="stable")[:MOST_ROWS]
    return [{"row": found.table.rows[k], "probability": float(found.probabilities[0][k])} for k in order.tolist()]
