"""Metrics: the expected calibration error, how far confidence is from accuracy."""

from dataclasses import dataclass

import numpy as np

from components.metrics.classified import Array, Classified, Numbers

BINS = 10


@dataclass(frozen=True, slots=True)
class Bin:
    """The examples whose confidence is in (low, high]: how many, their mean confidence and their accuracy."""

    low: float
    high: float
    n: int
    confidence: float
    accuracy: float


def ece(found: Classified, weights: Array) -> Array:
    """Return (resamples,) the mean distance of confidence and accuracy over ten bins of equal width; 0 is best.

    Source: Guo et al., On calibration of modern neural networks (2017). Few examples in a bin are never exactly as
    accurate as confident, so the value of a perfectly calibrated classifier is above 0: compare at equal n only.
    """
    gaps = (found.right - found.confidence)[:, None] * (_bins(found)[:, None] == np.arange(BINS))
    scores: Array = np.abs(weights @ gaps).sum(1) / weights.sum(1)
    return scores


def reliability_diagram(found: Classified) -> list[Bin]:
    """Return the bins that have examples, from low confidence to high."""
    of, edges = _bins(found), np.linspace(0, 1, BINS + 1)
    parts = [(k, np.flatnonzero(of == k)) for k in range(BINS)]
    return [
        Bin(
            float(edges[k]),
            float(edges[k + 1]),
            len(at),
            float(found.confidence[at].mean()),
            float(found.right[at].mean()),
        )
        for k, at in parts
        if len(at)
    ]


def _bins(found: Classified) -> Numbers:
    """Return (n,) the bin of each confidence; a confidence on an edge belongs to the bin below it."""
    return np.maximum(np.searchsorted(np.linspace(0, 1, BINS + 1), found.confidence, side="left") - 1, 0)
