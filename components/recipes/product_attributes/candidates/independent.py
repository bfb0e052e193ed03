"""Product attributes: each column by itself, by the shares of its values: the floor of the ladder."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.recipes.product_attributes.candidates.model import (
    Arrays,
    Bools,
    Floats,
    Given,
    Training,
    mask_of,
    pick,
)
from components.recipes.product_attributes.rows.encoding import Codes, Uniforms


@dataclass(frozen=True, slots=True)
class Independent:
    """The number of rows of each code, by column."""

    counts: tuple[Floats, ...]
    kind: str = "independent"

    @property
    def uniforms(self) -> int:
        return len(self.counts)

    def propose(self, given: Given, numbers: Uniforms) -> tuple[Codes, Bools]:
        columns = [pick(counts * mask_of(given, k, len(counts)), numbers[:, k]) for k, counts in enumerate(self.counts)]
        return np.stack(columns, axis=1), np.ones(len(numbers), dtype=bool)

    def arrays(self) -> tuple[Arrays, Mapping[str, Any]]:
        return {f"counts.{k}": counts for k, counts in enumerate(self.counts)}, {"columns": len(self.counts)}


def fit(training: Training) -> Independent:
    pairs = zip(training.codes.T, training.sizes, strict=True)
    return Independent(tuple(np.bincount(column, minlength=size).astype(float) for column, size in pairs))


def load(arrays: Arrays, about: Mapping[str, Any]) -> Independent:
    return Independent(tuple(arrays[f"counts.{k}"] for k in range(about["columns"])))
