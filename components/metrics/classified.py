"""Metrics: what a classifier said of labelled examples, and resamples of these."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.metrics.means import RESAMPLES

Array = NDArray[np.float64]
Numbers = NDArray[np.int64]
MOST_CELLS = 20_000_000  # of the weights of all resamples, 160 MB
FEWEST = 200  # resamples give a standard error to 5 %


@dataclass(frozen=True, slots=True)
class Classified:
    """The labels (n,) and the probabilities (n, k) of the same examples.

    A label is the column of its class, or -1 for a class that the classifier does not know.
    """

    labels: Numbers
    probabilities: Array

    @property
    def predicted(self) -> Numbers:
        """Return (n,) the likeliest class; of equal ones the first."""
        found: Numbers = self.probabilities.argmax(1)
        return found

    @property
    def confidence(self) -> Array:
        """Return (n,) the probability of the likeliest class."""
        found: Array = self.probabilities.max(1)
        return found

    @property
    def right(self) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.predicted == self.labels
        return found


def all_once(n: int) -> Array:
    """Return the weights (1, n) of the examples themselves: each counts once."""
    return np.ones((1, n))


def resampled_weights(groups: Numbers, seed: int) -> Array:
    """Return (resamples, n) how often each example is in a resample, which picks groups with all their examples.

    There are 2,000 resamples, and fewer for many examples, so that they fit into memory.

    Args:
        groups: (n,) the group of each example, such as equal texts; numbers from 0 on.
        seed: of the resamples.
    """
    count = int(groups.max()) + 1
    resamples = min(RESAMPLES, max(FEWEST, MOST_CELLS // len(groups)))
    numbers = np.random.default_rng(seed)
    weights = np.empty((resamples, len(groups)))
    for row in weights:
        row[:] = np.bincount(numbers.integers(count, size=count), minlength=count)[groups]
    return weights


def ratio(above: Array, below: Array, otherwise: float) -> Array:
    """Return above / below, and `otherwise` where below is 0."""
    return np.divide(above, below, out=np.full(below.shape, otherwise, dtype=np.float64), where=below > 0)
