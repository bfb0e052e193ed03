"""Product attributes: a Chow-Liu tree: each column depends on one other, which is the best tree of pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from components.recipes.product_attributes.candidates.model import (
    Arrays,
    Bools,
    Floats,
    Given,
    Training,
    mask_of,
    mutual_information,
    pick,
)
from components.recipes.product_attributes.rows.encoding import Codes, Uniforms


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of columns. `order` begins with the root; `parents` has the parent of each column, -1 for the root.

    `tables` has by column the probabilities (codes of the parent, codes of the column); of the root (1, codes).
    """

    order: tuple[int, ...]
    parents: tuple[int, ...]
    tables: tuple[Floats, ...]
    kind: str = "tree"

    @property
    def uniforms(self) -> int:
        return len(self.order)

    def propose(self, given: Given, numbers: Uniforms) -> tuple[Codes, Bools]:
        """Propose rows under an exact condition: evidence is passed to the root, then codes are picked downwards.

        Source: Pearl, Probabilistic reasoning in intelligent systems (1988), chapter 4.
        """
        evidence = [mask_of(given, k, table.shape[1]) for k, table in enumerate(self.tables)]
        for column in reversed(self.order[1:]):
            message = self.tables[column] @ evidence[column]
            evidence[self.parents[column]] = evidence[self.parents[column]] * message
        codes = np.zeros((len(numbers), len(self.order)), dtype=np.int64)
        for place, column in enumerate(self.order):
            weights = self.tables[column] * evidence[column]
            parent = self.parents[column]
            rows = weights[0] if parent < 0 else weights[codes[:, parent]]
            codes[:, column] = pick(rows, numbers[:, place])
        possible = self.tables[self.order[0]][0] @ evidence[self.order[0]] > 0
        return codes, np.full(len(numbers), possible)

    def arrays(self) -> tuple[Arrays, Mapping[str, Any]]:
        return (
            {f"table.{k}": table for k, table in enumerate(self.tables)},
            {"order": list(self.order), "parents": list(self.parents)},
        )


def fit(training: Training) -> Tree:
    """Return the tree of the largest sum of mutual information.

    Source: Chow and Liu, Approximating discrete probability distributions with dependence trees (1968).
    """
    information = mutual_information(training.codes, training.sizes)
    order, parents = _spanning_tree(information)
    tables = [np.empty(0)] * len(order)
    for column in order:
        tables[column] = _table(training, column, parents[column])
    return Tree(order, parents, tuple(tables))


def _spanning_tree(information: Floats) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the columns from the root on, which depends most on all others, and the parent of each."""
    width = len(information)
    root = int(information.sum(1).argmax())
    if width == 1:
        return (0,), (-1,)
    rows, columns = np.triu_indices(width, k=1)
    lengths = information.max() + 1 - information[rows, columns]  # all above 0, so that none counts as no edge
    tree = minimum_spanning_tree(coo_array((lengths, (rows, columns)), shape=(width, width)).tocsr())
    order, before = breadth_first_order(tree, root, directed=False)
    return tuple(int(k) for k in order), tuple(int(k) if k >= 0 else -1 for k in before)


def _table(training: Training, column: int, parent: int) -> Floats:
    size = training.sizes[column]
    shares = np.bincount(training.codes[:, column], minlength=size) / len(training.codes)
    if parent < 0:
        return shares[None, :]
    above = training.sizes[parent]
    joint = np.bincount(training.codes[:, parent] * size + training.codes[:, column], minlength=above * size)
    counts = joint.reshape(above, size).astype(float)
    return smoothed(counts, shares, best_strength(counts, shares, training.settings.strengths))


def smoothed(counts: Floats, shares: Floats, strength: float) -> Floats:
    """Return probabilities (parents, codes): the counts, and `strength` rows more by the shares (codes,) of all."""
    found: Floats = (counts + strength * shares) / (counts.sum(1, keepdims=True) + strength)
    return found


def best_strength(counts: Floats, shares: Floats, strengths: Sequence[float]) -> float:
    """Return the strength with the best likelihood of each row by all others; of equal ones the smallest."""
    rows, codes = np.nonzero(counts)
    seen, total = counts[rows, codes], counts.sum(1)[rows]

    def likelihood(strength: float) -> float:
        left = (seen - 1 + strength * shares[codes]) / (total - 1 + strength)
        return float((seen * np.log(left)).sum())

    return max(sorted(strengths), key=likelihood)


def load(arrays: Arrays, about: Mapping[str, Any]) -> Tree:
    tables = tuple(arrays[f"table.{k}"] for k in range(len(about["order"])))
    return Tree(tuple(about["order"]), tuple(about["parents"]), tables)
