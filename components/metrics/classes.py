"""Metrics: the Inception Score, of a classifier's probabilities."""

import torch
from torch import Tensor

from components.core.records import Score
from components.metrics import METRICS
from components.metrics.intervals import deal, jackknife_interval


def inception_score(
    probabilities: Tensor, extractor: str, clusters: Tensor, seed: int, floor: float | None = None
) -> Score:
    """Return exp(mean KL(p(class | picture) || p(class))), in [1, classes]: sure of each picture, of many classes.

    Source: Salimans et al., Improved techniques for training GANs (2016). All pictures at once, without splits.

    Args:
        probabilities: (N, classes), rows that add up to 1.
        extractor: the label of what named the classes.
        clusters: (N,) which caption each picture was drawn from.
        seed: decides the groups of the jackknife.
        floor: what real pictures score.
    """
    groups, n, metric = deal(clusters, seed), len(probabilities), METRICS["inception_score"]
    value = divergence(probabilities)
    left_out = [divergence(probabilities[groups != group]) for group in range(int(groups.max()) + 1)]
    low, high = jackknife_interval(value, torch.tensor(left_out))
    smallest = metric.smallest_honest_n(0)
    return Score(value, n, max(low, metric.low), high, extractor, floor, n >= smallest, smallest)


def divergence(probabilities: Tensor) -> float:
    """Return the score itself of probabilities (N, classes)."""
    p = probabilities.double()
    terms = torch.special.xlogy(p, p) - torch.special.xlogy(p, p.mean(0))
    return float(terms.sum(1).mean().exp())
