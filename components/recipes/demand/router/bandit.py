"""Demand: a bandit that learns which method to use while it is used: Thompson sampling, a belief for each class.

A replay: past forecasts in the order of their origins; for each the bandit draws a loss of every method from what it
believes, takes the least, and sees the loss of that method alone. Source: Russo and others, A tutorial on Thompson
sampling (2018), with normal beliefs about means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.random import Generator

from components.recipes.demand.forecasters.rows import Array, Ints

DOUBT = 1.0  # forecasts that the first belief counts as
FIRST = (0.0, 0.5)  # its mean and spread: no loss is below 0, so that every method is tried


@dataclass
class _Beliefs:
    """Sums of the losses that one class has seen, by method."""

    counts: Array
    sums: Array
    squares: Array

    def draw(self, numbers: Generator) -> Array:
        mean, spread = FIRST
        counts = self.counts + DOUBT
        means = (self.sums + DOUBT * mean) / counts
        variances = (self.squares + DOUBT * (mean**2 + spread**2)) / counts - means**2
        return np.asarray(numbers.normal(means, np.sqrt(np.maximum(variances, 1e-12) / counts)))

    def see(self, method: int, loss: float) -> None:
        self.counts[method] += 1
        self.sums[method] += loss
        self.squares[method] += loss**2


@dataclass(frozen=True)
class Replay:
    """What came of a replay: the methods chosen (rows,), the regret of each, and the best method of each class."""

    chosen: Ints
    regrets: Array
    choices: Mapping[str, str] = field(default_factory=dict)


def replay(losses: Array, classes: Sequence[str], folds: Ints, methods: Sequence[str], seed: int) -> Replay:
    """Replay past forecasts; the order inside a fold is random.

    Args:
        losses: (n, methods), finite.
        classes: (n,) the class of each row.
        folds: (n,) the place of each row's origin.
        methods: names of the columns.
        seed: of the draws.
    """
    numbers = np.random.default_rng(seed)
    order = np.lexsort((numbers.random(len(losses)), folds))
    beliefs = {name: _Beliefs(*(np.zeros(len(methods)) for _ in range(3))) for name in sorted(set(classes))}
    chosen = np.empty(len(losses), dtype=np.int64)
    for step, row in enumerate(order.tolist()):
        belief = beliefs[classes[row]]
        chosen[step] = method = int(belief.draw(numbers).argmin())
        belief.see(method, float(losses[row, method]))
    taken = losses[order, chosen] if len(losses) else np.empty(0)
    return Replay(chosen, taken - losses[order].min(1, initial=np.inf), _best(beliefs, methods))


def _best(beliefs: Mapping[str, _Beliefs], methods: Sequence[str]) -> dict[str, str]:
    """Return the method with the least mean loss among those that a class has tried."""
    with np.errstate(divide="ignore", invalid="ignore"):
        means = {name: np.where(b.counts > 0, b.sums / b.counts, np.inf) for name, b in beliefs.items()}
    return {name: methods[int(found.argmin())] for name, found in means.items()}
