"""Metrics: the Inception Score, from the class probabilities of generated pictures."""

import torch
from torch import Tensor

from components.core.metric_table import METRICS
from components.core.records import Score
from components.metrics.intervals import assign_groups, jackknife_interval


def inception_score(probabilities: Tensor, others: Tensor, extractor: str, clusters: Tensor, seed: int) -> Score:
    """Return exp E KL(p(class | picture) || p(class)), in [1, classes]: higher with sure and varied classes.

    Source: Salimans et al., Improved techniques for training GANs (2016), over all pictures at once instead of ten
    parts. It rewards classes that one category of products cannot have. Compare it at equal n only.

    Args:
        probabilities: (N, classes) of generated pictures, each row summing to 1.
        others: (K, classes) of real pictures; the first N give the floor.
        extractor: `name@digest/resize/dtype` of the classifier.
        clusters: (N,) the caption of each picture.
        seed: of the groups of the jackknife.
    """
    groups = assign_groups(clusters, seed)
    value = inception_score_of(probabilities)
    left_out = [inception_score_of(probabilities[groups != group]) for group in range(1 + int(groups.max()))]
    metric = METRICS["inception_score"]
    low, high = metric.within_range(*jackknife_interval(value, torch.tensor(left_out)))
    return Score(
        value=value,
        n=len(probabilities),
        low=low,
        high=min(high, float(probabilities.shape[1])),
        extractor=extractor,
        floor=inception_score_of(others[: len(probabilities)]) if len(others) > 1 else None,
        honest=len(probabilities) >= metric.smallest_honest_n(0),
    )


def inception_score_of(probabilities: Tensor) -> float:
    """Return the Inception Score of class probabilities (N, classes), computed in float64."""
    p = probabilities.double()
    mean = p.mean(0)
    divergence = torch.xlogy(p, p).sum(1).mean() - torch.xlogy(mean, mean).sum()
    return max(float(divergence.exp()), 1.0) if len(p) else torch.nan
