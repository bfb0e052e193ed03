"""Product attributes: what every candidate is: a model that proposes rows of codes, and how it is fitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from components.recipes.product_attributes.candidates.settings import LadderSettings
from components.recipes.product_attributes.rows.encoding import Codes, Uniforms

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Arrays = Mapping[str, NDArray[Any]]
Given = Mapping[int, Bools]  # column -> which of its codes a row may have


class RowModel(Protocol):
    """A fitted candidate."""

    @property
    def kind(self) -> str:
        """The name in the table of kinds of files.py."""

    @property
    def uniforms(self) -> int:
        """How many random numbers a proposal takes."""

    def propose(self, given: Given, numbers: Uniforms) -> tuple[Codes, Bools]:
        """Return (rows, columns) proposed codes that are among the given ones, and (rows,) which of them count.

        `numbers` has shape (rows, uniforms) in [0, 1). The proposals that count have the distribution of the model
        under the condition; a model that is conditioned exactly lets all count. A row depends on its numbers alone.
        """

    def arrays(self) -> tuple[Arrays, Mapping[str, Any]]:
        """Return the arrays and the JSON values from which the kind's `load` makes the model again."""


@dataclass(frozen=True, slots=True)
class Training:
    """What a candidate is fitted to: codes of the training rows, the number of codes of each column, and a seed."""

    codes: Codes
    sizes: tuple[int, ...]
    settings: LadderSettings
    seed: int


def pick(weights: Floats, numbers: Uniforms) -> NDArray[np.int64]:
    """Return (rows,) a code each, by the weights (rows, codes) or (codes,), which need not sum to 1.

    Where all weights are 0, the first code is returned.
    """
    ends = np.cumsum(weights, axis=-1)
    wanted = numbers * ends[..., -1]
    alike = ends.ndim == 1
    found = np.searchsorted(ends, wanted, side="right") if alike else (ends <= wanted[:, None]).sum(1)
    last = ends.shape[-1] - 1 - np.argmax(weights[..., ::-1] > 0, axis=-1)  # rounding must not reach a weight of 0
    clipped: NDArray[np.int64] = np.minimum(found, last).astype(np.int64)
    return clipped


def mask_of(given: Given, column: int, size: int) -> Floats:
    """Return (size,) 1 for the codes that a column may have, else 0."""
    mask: Floats = given[column].astype(float) if column in given else np.ones(size)
    return mask


def mutual_information(codes: Codes, sizes: tuple[int, ...]) -> Floats:
    """Return (columns, columns) the mutual information of each two columns in nats, less its bias.

    The bias of the plug-in estimate is about (a - 1)(b - 1) / 2n for tables of a x b (Miller, 1955), where only values
    that occur together count: without that, columns of many values would seem to depend on everything.
    """
    n, width = len(codes), len(sizes)
    found = np.zeros((width, width))
    for a in range(width):
        for b in range(a):
            joint, counts = np.unique(codes[:, a] * sizes[b] + codes[:, b], return_counts=True)
            rows = np.bincount(codes[:, a], minlength=sizes[a]) / n
            columns = np.bincount(codes[:, b], minlength=sizes[b]) / n
            shares = counts / n
            ratio = shares / (rows[joint // sizes[b]] * columns[joint % sizes[b]])
            bias = max(0, len(joint) - (rows > 0).sum() - (columns > 0).sum() + 1) / (2 * n)
            found[a, b] = found[b, a] = max(0.0, float((shares * np.log(ratio)).sum()) - bias)
    return found
