"""Drift: a kernel two-sample test of embeddings, without permutations."""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from components.drift.columns import ColumnDrift

ROWS = 1000  # of each sample: more are sampled down, since the cost grows with their product
SMALLEST = 8  # rows of each sample

Rows = NDArray[np.float64]  # (n, width)


def compare_embeddings(name: str, reference: Rows, current: Rows, seed: int) -> ColumnDrift:
    """Compare two samples of embeddings by the cross-MMD with a Gaussian kernel of the median distance.

    `distance` is the square root of the positive part of the unbiased squared MMD, in [0, 1.42]; `p` is one-sided.
    Each sample is halved; the statistic is studentised, so it is close to a standard normal whatever the embeddings
    are. Source: Shekhar, Kim and Ramdas, A permutation-free kernel two-sample test (2022), equations 6 to 8.

    Raises:
        ValueError: a sample has fewer than 8 rows.
    """
    a, b = (_sampled(rows, seed) for rows in (reference, current))
    if min(len(a), len(b)) < SMALLEST:
        raise ValueError(f"{min(len(a), len(b))} rows, {SMALLEST} are needed")
    scale = _median_distance(a, b)
    p = float(ndtr(-_cross_statistic(a, b, scale)))
    distance = math.sqrt(max(0.0, _unbiased(a, b, scale)))
    return ColumnDrift(name, "mmd", distance, p, len(current), len(reference), f"distance {distance:.3f}")


def _sampled(rows: Rows, seed: int) -> Rows:
    order = np.random.default_rng(seed).permutation(len(rows))[:ROWS]
    return np.asarray(rows[order], dtype=np.float64)


def _cross_statistic(a: Rows, b: Rows, scale: float) -> float:
    """Return the studentised mean of h(x, y) over the first halves, h measured on the second halves."""
    (a1, a2), (b1, b2) = np.array_split(a, 2), np.array_split(b, 2)
    of_a = _kernel(a1, a2, scale).mean(axis=1) - _kernel(a1, b2, scale).mean(axis=1)
    of_b = _kernel(b1, a2, scale).mean(axis=1) - _kernel(b1, b2, scale).mean(axis=1)
    deviation = math.sqrt(of_a.var() / len(a1) + of_b.var() / len(b1))
    return float(of_a.mean() - of_b.mean()) / deviation if deviation > 0 else 0.0


def _unbiased(a: Rows, b: Rows, scale: float) -> float:
    within = sum(_without_diagonal(_kernel(rows, rows, scale)) for rows in (a, b))
    return float(within - 2 * _kernel(a, b, scale).mean())


def _without_diagonal(kernel: Rows) -> float:
    n = len(kernel)
    return float((kernel.sum() - np.trace(kernel)) / (n * (n - 1)))


def _kernel(a: Rows, b: Rows, scale: float) -> Rows:
    return np.asarray(np.exp(-_squared(a, b) / (2 * scale**2)))


def _squared(a: Rows, b: Rows) -> Rows:
    squares = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None] - 2 * a @ b.T
    return np.asarray(np.maximum(squares, 0.0))


def _median_distance(a: Rows, b: Rows) -> float:
    return float(np.sqrt(np.median(_squared(a, b)))) or 1.0
