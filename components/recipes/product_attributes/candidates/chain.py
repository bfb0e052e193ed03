"""Product attributes: a chain: each column depends on those before it, smoothed by backing off to fewer of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.recipes.product_attributes.candidates.model import (
    Arrays,
    Bools,
    Floats,
    Given,
    Training,
    mutual_information,
)
from components.recipes.product_attributes.rows.encoding import Codes, Uniforms

Numbers = NDArray[np.int64]
MOST_KEPT = 64  # sets of given columns whose tables stay in memory


@dataclass(frozen=True, slots=True)
class Level:
    """The training rows by their codes in some columns: rows of equal codes are neighbours in `rows`.

    `keys` are sorted; the rows of the k-th key are `rows[starts[k] : starts[k] + sizes[k]]`.
    """

    keys: Numbers
    starts: Numbers
    sizes: Numbers
    rows: Numbers


@dataclass(frozen=True, slots=True)
class Step:
    """How one column is generated: from the columns of its context, the most informative first."""

    column: int
    context: tuple[int, ...]
    levels: tuple[Level, ...]  # the k-th has the rows by the first k columns of the context


@dataclass(frozen=True, slots=True)
class Chain:
    """A chain in any order: columns that are given come first, so that the condition is exact.

    A column's probability given its context is that of rows with equal codes there, and `strength` rows more by the
    context without its least informative column, and so on down to all rows (a Dirichlet prior at each level).
    """

    codes: Codes  # of the training rows
    order: tuple[int, ...]  # of columns that are not given
    information: Floats  # mutual information of each two columns
    strengths: Floats  # (columns,)
    context: int
    kind: str = "chain"
    steps: dict[tuple[int, ...], tuple[Step, ...]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def uniforms(self) -> int:
        return len(self.order) * (self.context + 2)

    def propose(self, given: Given, numbers: Uniforms) -> tuple[Codes, Bools]:
        """Propose rows; a row counts if all given columns got a code that they may have.

        A given column with one code gets it, whatever the probability of it: nothing was generated before it that the
        code could speak against.
        """
        fixed = tuple(k for k in self.order if k in given and given[k].sum() == 1)
        several = tuple(k for k in self.order if k in given and k not in fixed)
        codes = np.zeros((len(numbers), self.codes.shape[1]), dtype=np.int64)
        for k in fixed:
            codes[:, k] = np.flatnonzero(given[k])[0]
        counts = np.ones(len(numbers), dtype=bool)
        slots = numbers.reshape(len(numbers), len(self.order), self.context + 2)
        for step in self._steps(fixed, several):
            found = self._generate(step, codes, slots[:, step.column])
            codes[:, step.column] = found
            if step.column in given:
                counts &= given[step.column][found]
        return codes, counts

    def _steps(self, fixed: tuple[int, ...], several: tuple[int, ...]) -> tuple[Step, ...]:
        key = (*fixed, -1, *several)
        if key not in self.steps:
            if len(self.steps) >= MOST_KEPT:
                self.steps.clear()
            rest = [k for k in self.order if k not in fixed and k not in several]
            self.steps[key] = tuple(
                self._step((*fixed, *several, *rest), at) for at in range(len(fixed), len(self.order))
            )
        return self.steps[key]

    def _step(self, order: Sequence[int], at: int) -> Step:
        column = order[at]
        context = context_of(column, order[:at], self.information, self.context)
        return Step(column, context, tuple(levels_of(self.codes, context)))

    def _generate(self, step: Step, codes: Codes, numbers: Uniforms) -> Numbers:
        """Return (rows,) codes: a random training row of the same context is picked, or one of a shorter context.

        Picking a row with probability n / (n + strength) at each level is the same as mixing the levels' shares.
        """
        strength = self.strengths[step.column]
        found = np.zeros(len(codes), dtype=np.int64)
        open_ = np.arange(len(codes))
        keys = [keys_of(codes, step.context[:k], self.codes) for k in range(len(step.levels))]
        for k in reversed(range(len(step.levels))):
            level, wanted = step.levels[k], keys[k][open_]
            at = np.minimum(np.searchsorted(level.keys, wanted), len(level.keys) - 1)
            sizes = np.where(level.keys[at] == wanted, level.sizes[at], 0)
            taken = (numbers[open_, k] < sizes / (sizes + strength)) if k else np.ones(len(open_), dtype=bool)
            rows, places = open_[taken], at[taken]
            picked = level.starts[places] + (numbers[rows, -1] * level.sizes[places]).astype(np.int64)
            found[rows] = self.codes[level.rows[picked], step.column]
            open_ = open_[~taken]
        return found

    def arrays(self) -> tuple[Arrays, Mapping[str, Any]]:
        arrays: Arrays = {
            "codes": self.codes.astype(np.int32),
            "information": self.information,
            "strengths": self.strengths,
        }
        return arrays, {"order": list(self.order), "context": self.context}


def context_of(column: int, before: Sequence[int], information: Floats, most: int) -> tuple[int, ...]:
    """Return the columns before a column that say most about it, the most informative first."""
    return tuple(sorted(before, key=lambda k: (-information[column, k], k))[:most])


def keys_of(codes: Codes, columns: Sequence[int], training: Codes) -> Numbers:
    """Return (rows,) a number for the codes in some columns: equal for equal codes."""
    keys = np.zeros(len(codes), dtype=np.int64)
    for k in columns:  # 12 columns of 1,000 codes would overflow: the product wraps, and stays a hash
        keys = keys * np.int64(int(training[:, k].max()) + 2) + codes[:, k] + 1
    return keys


def levels_of(codes: Codes, context: Sequence[int]) -> list[Level]:
    found = []
    for k in range(len(context) + 1):
        keys = keys_of(codes, context[:k], codes)
        rows = np.argsort(keys, kind="stable")
        different, starts, sizes = np.unique(keys[rows], return_index=True, return_counts=True)
        found.append(Level(different, starts, sizes, rows))
    return found


def fit(training: Training) -> Chain:
    """Return the chain: the most informative column first, then always the one that the columns before say most of."""
    information = mutual_information(training.codes, training.sizes)
    order = _order(information)
    settings, width = training.settings, len(training.sizes)
    strengths = np.ones(width)
    for at, column in enumerate(order):
        context = context_of(column, order[:at], information, settings.context)
        strengths[column] = _best_strength(training.codes, column, context, settings.strengths)
    return Chain(training.codes, order, information, strengths, settings.context)


def _order(information: Floats) -> tuple[int, ...]:
    order = [int(information.sum(1).argmax())]
    while len(order) < len(information):
        rest = [k for k in range(len(information)) if k not in order]
        order.append(max(rest, key=lambda k: (information[k, order].max(), -k)))
    return tuple(order)


def _best_strength(codes: Codes, column: int, context: Sequence[int], strengths: Sequence[float]) -> float:
    """Return the strength with the best likelihood of each training row by all others."""
    counts = []
    for level in range(len(context) + 1):
        keys = keys_of(codes, context[:level], codes)
        _, places, sizes = np.unique(keys, return_inverse=True, return_counts=True)
        both = places * (int(codes[:, column].max()) + 1) + codes[:, column]
        _, places_both, sizes_both = np.unique(both, return_inverse=True, return_counts=True)
        counts.append((sizes[places] - 1.0, sizes_both[places_both] - 1.0))

    def likelihood(strength: float) -> float:
        shares = np.full(len(codes), 1 / (int(codes[:, column].max()) + 1))
        for total, same in counts:
            shares = (same + strength * shares) / (total + strength)
        return float(np.log(shares).sum())

    return max(sorted(strengths), key=likelihood)


def load(arrays: Arrays, about: Mapping[str, Any]) -> Chain:
    codes = arrays["codes"].astype(np.int64)
    return Chain(codes, tuple(about["order"]), arrays["information"], arrays["strengths"], about["context"])
