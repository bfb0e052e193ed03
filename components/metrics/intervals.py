"""Metrics: 95 % intervals of scores that are no plain means, by leaving out groups of what they were measured on."""

import math

import torch
from scipy.linalg import hadamard
from scipy.stats import t as student
from torch import Tensor

GROUPS = 20  # more groups: steadier intervals, more work; 20 leave a t quantile of 2.09 against the normal 1.96
HALVED = 16  # groups that half-samples are made of, at most: a power of two, for Hadamard's matrices
COVERAGE = 0.95
# Half-samples find 0.84 to 1.08 of the true standard error of scores of nearest neighbours, 0.97 on average (24 scores
# of Gaussian features, 300 simulations each): so much wider the intervals hold the truth as often as they say.
WIDENED = 1.1

Range = tuple[float, float]
Clusters = tuple[Tensor, Tensor]  # of generated pictures (N,) and of real ones (M,): what they show, by number


def assign_groups_together(clusters: Clusters, seed: int, groups: int = GROUPS) -> Clusters:
    """Deal the clusters of two sets out together: what belongs to one cluster is left out of both at once.

    Pictures are generated for the captions of the real ones, so that both have, say, the same share of red shoes.
    A jackknife of each set by itself would take that share for chance, twice, and its intervals would be too wide.
    """
    dealt = assign_groups(torch.cat(clusters), seed, groups)
    return dealt[: len(clusters[0])], dealt[len(clusters[0]) :]


def assign_groups(clusters: Tensor, seed: int, groups: int = GROUPS) -> Tensor:
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


def jackknife_interval(value: float, left_out: Tensor) -> Range:
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
    reach = t_quantile(groups - 1) * math.sqrt(variance)
    return value - reach, value + reach


def balanced_halves(clusters: Clusters, seed: int) -> list[Clusters]:
    """Return which examples of both sets (N,) and (M,) are in the first half, for balanced splits into halves.

    The clusters are dealt out to 16 groups, and the rows of Hadamard's matrix part these 15 times, so that any two
    groups are as often together as apart. Fewer clusters make fewer groups: 8, 4, 2, and one alone cannot be halved.
    """
    count = min(HALVED, len(torch.unique(torch.cat(clusters))))
    groups = 1 << (count.bit_length() - 1)
    first, second = assign_groups_together(clusters, seed, groups)
    rows = torch.from_numpy(hadamard(groups))[1:] > 0
    return [(row[first], row[second]) for row in rows]


def half_sample_variance(halves: Tensor) -> Tensor:
    """Return the variance of scores from what they are on both halves of balanced splits.

    The halves are independent, so that half the square of their difference has the variance of a score of n / 2
    examples as its mean, and half of that is the variance at n. Source: McCarthy, Pseudo-replication: half samples
    (1969); the scaling is that of Politis, Romano and Wolf, Subsampling (1999). Scores of nearest neighbours are sums
    of what is local, whose variance goes with 1 / n, but which leaving out a group shakes up far more than chance does.
    The standard error is widened by a tenth, for a half has sparser neighbourhoods than the whole.

    Args:
        halves: (splits, 2, scores). No split, or a score that is no number in one, makes an infinite variance.
    """
    variance = WIDENED**2 * (halves[:, 0] - halves[:, 1]).square().mean(0) / 4
    return variance.nan_to_num(nan=math.inf)


def wilson_interval(share: float, worth: float, freedom: int) -> Range:
    """Return Wilson's interval of a share that `worth` independent observations would have measured as well.

    Source: Wilson, Probable inference (1927), with Student's t of `freedom` degrees, for `worth` is an estimate.
    """
    if not worth > 0:
        return -math.inf, math.inf
    z2 = t_quantile(freedom) ** 2
    centre = (share + z2 / (2 * worth)) / (1 + z2 / worth)
    half = math.sqrt(z2 * share * (1 - share) / worth + z2**2 / (4 * worth**2)) / (1 + z2 / worth)
    return min(centre - half, share), max(centre + half, share)


def t_quantile(freedom: int) -> float:
    """Return how many standard errors reach from a score to the end of its 95 % interval."""
    return float(student.ppf((1 + COVERAGE) / 2, freedom))
