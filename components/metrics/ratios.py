"""Metrics: scores that are a ratio of two sums over examples, such as WAPE, with intervals and paired differences."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.core.metric_table import Metric
from components.core.records import Score

Array = NDArray[np.float64]
RESAMPLES = 1000
NORMAL = 1.959964  # of 95 % intervals, in standard errors
CHUNK = 100  # resamples at a time, so that memory does not grow with the examples


@dataclass(frozen=True, slots=True)
class Sums:
    """The parts (n,) of a ratio: the sum of `above` by that of `below`; `absolute`: without its sign."""

    above: Array
    below: Array
    absolute: bool = False

    def value(self, weights: Array) -> Array:
        """Return (resamples,) the ratio under each row of weights (resamples, n); NaN where the sum below is 0."""
        with np.errstate(divide="ignore", invalid="ignore"):
            found = np.asarray((weights @ self.above) / (weights @ self.below))
        found[~np.isfinite(found)] = np.nan
        return np.abs(found) if self.absolute else found


def ratio_score(metric: Metric, sums: Sums, seed: int) -> Score:
    """Return the ratio over all examples, with 1.96 standard errors of bootstrap resamples each way."""
    n = len(sums.above)
    value = float(sums.value(np.ones((1, n)))[0]) if n else math.nan
    reach = _reach(_resampled(sums, seed))
    low, high = metric.within_range(value - reach, value + reach)
    return Score(value, n, low, high, honest=n >= metric.smallest_n, smallest_n=metric.smallest_n)


def ratio_difference(ours: Sums, theirs: Sums, seed: int) -> tuple[float, float]:
    """Return our ratio minus theirs, and the half width of its 95 % interval, on the same resamples of the examples."""
    once = np.ones((1, len(ours.above)))
    gap = float(ours.value(once)[0] - theirs.value(once)[0])
    return gap, _reach(_resampled(ours, seed) - _resampled(theirs, seed))


def _resampled(sums: Sums, seed: int) -> Array:
    n, numbers = len(sums.above), np.random.default_rng(seed)
    if n < 2:
        return np.full(1, np.nan)
    parts = [numbers.multinomial(n, np.full(n, 1 / n), size=CHUNK) for _ in range(RESAMPLES // CHUNK)]
    return np.concatenate([sums.value(part.astype(np.float64)) for part in parts])


def _reach(resampled: Array) -> float:
    known = resampled[np.isfinite(resampled)]
    return NORMAL * float(known.std(ddof=1)) if len(known) * 2 > len(resampled) and len(known) > 1 else math.inf
