"""Metrics: how far two samples of a discrete or a numeric column are apart, for weighted resamples of both."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from components.metrics.classified import Array

Numbers = NDArray[np.int64]


def total_variation(ours: Numbers, theirs: Numbers, our_weights: Array, their_weights: Array) -> Array:
    """Return (resamples,) half the sum of the differences of shares, in [0, 1]; 0 is equal.

    Args:
        ours: (n,) codes of one sample.
        theirs: (m,) codes of the other.
        our_weights: (resamples, n) how often each example counts.
        their_weights: (resamples, m).
    """
    gaps = shares_of(ours, theirs, our_weights, their_weights)
    distances: Array = np.abs(gaps).sum(1) / 2
    return distances


def kolmogorov_smirnov(ours: Numbers, theirs: Numbers, our_weights: Array, their_weights: Array) -> Array:
    """Return (resamples,) the largest difference of the two distribution functions, in [0, 1]; 0 is equal.

    The arguments are those of `total_variation`; codes are in the order of the numbers that they stand for.
    """
    gaps = shares_of(ours, theirs, our_weights, their_weights)
    distances: Array = np.abs(np.cumsum(gaps, axis=1)).max(1)
    return distances


def shares_of(ours: Numbers, theirs: Numbers, our_weights: Array, their_weights: Array) -> Array:
    """Return (resamples, values) our share of each value less theirs, the values that occur in ascending order."""
    values, places = np.unique(np.concatenate([ours, theirs]), return_inverse=True)
    mine, others = places[: len(ours)], places[len(ours) :]
    gaps: Array = _shares(mine, our_weights, len(values)) - _shares(others, their_weights, len(values))
    return gaps


def _shares(places: Numbers, weights: Array, count: int) -> Array:
    n = len(places)
    hot = csr_array((np.ones(n), places, np.arange(n + 1)), shape=(n, count))
    shares: Array = (weights @ hot) / weights.sum(1, keepdims=True)
    return shares
