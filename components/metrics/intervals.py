"""Metrics: 95 % intervals of scores that are not means, by a jackknife or by half-samples over groups of examples."""

import math

import torch
from scipy.linalg import hadamard
from scipy.special import stdtrit
from torch import Tensor

GROUPS = 20  # more groups: steadier intervals, more work; 20 give a t quantile of 2.09 against the normal 1.96
HALVED = 16  # the largest number of groups for half-samples: a power of two, for Hadamard's matrices
COVERAGE = 0.95
# Half-samples give 0.84 to 1.08 times the true standard error of nearest-neighbour scores, 0.97 on average (24 scores
# of Gaussian features, 300 simulations each). With this factor the intervals cover the truth as often as they claim.
WIDENED = 1.1

Range = tuple[float, float]
Clusters = tuple[Tensor, Tensor]  # cluster numbers of generated pictures (N,) and of real ones (M,)


def assign_groups_together(clusters: Clusters, seed: int, groups: int = GROUPS) -> Clusters:
    """Return the groups of two sets with common clusters: a cluster is in the same group of both sets.

    Pictures are generated for the captions of the real ones, so that both sets have, for example, the same share of red
    shoes. A jackknife of each set alone would treat that share as random, twice, and its intervals would be too wide.
    """
    assigned = assign_groups(torch.cat(clusters), seed, groups)
    return assigned[: len(clusters[0])], assigned[len(clusters[0]) :]


def assign_groups(clusters: Tensor, seed: int, groups: int = GROUPS) -> Tensor:
    """Assign clusters to groups of about equal size; examples of one cluster are in one group.

    Pictures of one prompt are similar. A jackknife over single pictures would make a score look more certain than it
    is.

    Args:
        clusters: (N,) the cluster of each example, any numbers.
        seed: of the assignment.
        groups: the largest number of groups; there are fewer if there are fewer clusters.

    Returns:
        (N,) group numbers, from 0.
    """
    names, member = torch.unique(clusters, return_inverse=True)
    order = torch.randperm(len(names), generator=torch.Generator().manual_seed(seed))
    return (torch.argsort(order) % min(groups, len(names)))[member]


def jackknife_interval(value: float, left_out: Tensor) -> Range:
    """Return the 95 % interval of a score from its values without each group (delete-a-group jackknife).

    Source: Efron and Stein, The jackknife estimate of variance (1981), with groups as observations and Student's t. The
    variance is biased upwards if at all, so near its floor a score's interval is too wide rather than too narrow. A
    bootstrap does not work for Frechet distances: duplicates in a resample shrink the covariance, so that the distances
    centre on a value other than the score.

    Args:
        value: the score itself, in the middle of the interval.
        left_out: (groups,) the score without each group. With fewer than two groups, or a value that is not finite,
            the interval is infinite.
    """
    groups = len(left_out)
    if groups < 2 or not left_out.isfinite().all():
        return -math.inf, math.inf
    variance = float((groups - 1) / groups * (left_out - left_out.mean()).square().sum())
    reach = t_quantile(groups - 1) * math.sqrt(variance)
    return value - reach, value + reach


def balanced_halves(clusters: Clusters, seed: int) -> list[Clusters]:
    """Return the masks (N,) and (M,) of the first half of both sets, for each of several balanced splits.

    The clusters are assigned to 16 groups, and the rows of Hadamard's matrix split these in 15 ways, so that any two
    groups are together as often as apart. Fewer clusters give 8, 4 or 2 groups; a single one cannot be split.
    """
    count = min(HALVED, len(torch.unique(torch.cat(clusters))))
    groups = 1 << (count.bit_length() - 1)
    first, second = assign_groups_together(clusters, seed, groups)
    rows = torch.from_numpy(hadamard(groups))[1:] > 0
    return [(row[first], row[second]) for row in rows]


def half_sample_variance(halves: Tensor) -> Tensor:
    """Return the variance of scores from their values on both halves of balanced splits.

    The halves are independent, so the mean of half their squared difference is the variance of a score of n / 2
    examples, and half of that is the variance at n. Source: McCarthy, Pseudo-replication: half samples (1969); the
    scaling is that of Politis, Romano and Wolf, Subsampling (1999). Nearest-neighbour scores are sums of local terms:
    their variance is proportional to 1 / n, but leaving out a group changes them far more than chance does. The
    standard error is increased by a tenth, since neighbourhoods in a half are sparser than in the whole.

    Args:
        halves: (splits, 2, scores). Without splits, or with NaN in one, the variance is infinite.
    """
    variance = WIDENED**2 * (halves[:, 0] - halves[:, 1]).square().mean(0) / 4
    return variance.nan_to_num(nan=math.inf)


def wilson_interval(share: float, effective_n: float, freedom: int) -> Range:
    """Return Wilson's interval of a share measured on an effective number of independent observations.

    Source: Wilson, Probable inference (1927), with Student's t of `freedom` degrees, since `effective_n` is an
    estimate.
    """
    if not effective_n > 0:
        return -math.inf, math.inf
    z2 = t_quantile(freedom) ** 2
    centre = (share + z2 / (2 * effective_n)) / (1 + z2 / effective_n)
    half = math.sqrt(z2 * share * (1 - share) / effective_n + z2**2 / (4 * effective_n**2)) / (1 + z2 / effective_n)
    return min(centre - half, share), max(centre + half, share)


def t_quantile(freedom: int) -> float:
    """Return the half width of a 95 % interval in standard errors, by Student's t."""
    return float(stdtrit(freedom, (1 + COVERAGE) / 2))
