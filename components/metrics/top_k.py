"""Metrics: top-k accuracy, whether the label is among the likeliest classes."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from components.metrics.classified import Array, Classified


def top_k(found: Classified, weights: Array, k: int) -> Array:
    """Return (resamples,) the share of examples whose label is among the k likeliest classes; 1 is best."""
    scores: Array = weights @ in_top_k(found, k) / weights.sum(1)
    return scores


top_3 = partial(top_k, k=3)
top_5 = partial(top_k, k=5)


def in_top_k(found: Classified, k: int) -> NDArray[np.bool_]:
    """Return (n,) whether the label is among the k likeliest classes; of equal probabilities the first class counts."""
    best = np.argsort(-found.probabilities, axis=1, kind="stable")[:, :k]
    hit: NDArray[np.bool_] = (best == found.labels[:, None]).any(1)
    return hit
