"""Metrics: 95 % intervals by the delete-a-group jackknife, for scores that are no plain means."""

import math

import torch
from scipy.stats import t as student
from torch import Tensor

GROUPS = 20  # more groups: steadier intervals, more work; 20 leave a t quantile of 2.09 against the normal 1.96
COVERAGE = 0.95

Clusters = tuple[Tensor, Tensor]  # of generated pictures (N,) and of real ones (M,): what they show, by number


def deal_both(clusters: Clusters, seed: int) -> Clusters:
    """Deal the clusters of two sets out together: what belongs to one cluster is left out of both at once.

    Generated pictures are drawn for the captions of the real ones, so that both have, say, the same share of red shoes.
    A jackknife of each set by itself would take that share for chance, twice, and its intervals would be too wide.
    """
    groups = deal(torch.cat(clusters), seed)
    return groups[: len(clusters[0])], groups[len(clusters[0]) :]


def deal(clusters: Tensor, seed: int, groups: int = GROUPS) -> Tensor:
    """Deal clusters out to groups of about equal size; examples of one cluster stay together.

    Pictures of one prompt resemble each other. Left out one by one they would make a score look surer than it is.

    Args:
        clusters: (N,) which cluster each example belongs to, any numbers.
        seed: decides which clusters meet in a group.
        groups: at most this many; fewer where there are fewer clusters.

    Returns:
        (N,) group numbers, from 0.
    """
    names, member = torch.unique(clusters, return_inverse=True)
    order = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed))
    return (torch.argsort(order) % min(groups, len(names)))[member]


def jackknife_interval(value: float, left_out: Tensor) -> tuple[float, float]:
    """Return the 95 % interval of a score from its values with one group left out each time.

    Source: Efron and Stein, The jackknife estimate of variance (1981), with groups for observations, and Student's t.
    The variance is biased upwards if anything, so the interval is too wide rather than too narrow where a score is near
    its floor. The bootstrap is no alternative for Frechet distances: a resample holds duplicates, which shrink the
    covariance, so that its distances centre on another value than the score.

    Args:
        value: the score itself, in the middle of the interval.
        left_out: (groups,) the score without each group. Fewer than two groups, or too few examples in what they
            leave, say nothing, and the interval is infinite.
    """
    groups = len(left_out)
    if groups < 2 or not left_out.isfinite().all():
        return -math.inf, math.inf
    variance = float((groups - 1) / groups * (left_out - left_out.mean()).square().sum())
    reach = float(student.ppf((1 + COVERAGE) / 2, groups - 1)) * math.sqrt(variance)
    return value - reach, value + reach
