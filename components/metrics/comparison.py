"""Metrics: two models compared in pairs, on the same examples or on pictures of the same prompts and seeds.

What the examples contribute is the same on both sides and cancels: the interval of the difference is narrower than the
intervals of the two scores suggest.
"""

import math
from dataclasses import dataclass

import torch
from scipy.special import ndtr
from scipy.stats import t as student
from torch import Tensor
from torch.nn.functional import one_hot
from torchmetrics.image.kid import poly_kernel

from components.core.differences import deciding_n
from components.core.metric_table import METRICS, Metrics
from components.core.records import Comparison
from components.core.seeds import derive_seed

RESAMPLES = 2000  # the standard error is then known to 1.6 %, one part in sqrt(2 x 2000)
FEWEST = 3  # clusters that have a spread; of two it would be a guess
TWO_SIDED = 0.975  # the quantile of 95 % intervals
NORMAL = 1.959964  # how many standard errors that is
BOOTSTRAP = "paired bootstrap"  # the method as comparisons name it


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared: two models by the digests of their weights (or BASE), on a score, over all or a slice."""

    metric: str  # a row of the metrics table
    ours: str
    theirs: str
    part: str = ""


def compare_means(
    pair: Pair, ours: Tensor, theirs: Tensor, clusters: Tensor, seed: int, metrics: Metrics = METRICS
) -> Comparison:
    """Compare the means of a score that every example has by itself, by the paired bootstrap over clusters.

    A cluster, such as a prompt, is resampled with all its examples. To resample these as well would count their spread
    twice, since the means of clusters differ by it already (Davison and Hinkley, Bootstrap Methods and their
    Application, 1997, 3.8).

    Args:
        pair: what is compared.
        ours: (N,) values of ours; pairs of which one is not a number are left out.
        theirs: (N,) values of theirs, of the same examples.
        clusters: (N,) which cluster each pair belongs to, any numbers. Fewer than three clusters decide nothing.
        seed: decides the resamples.
        metrics: says which way is better.
    """
    gaps = ours.double() - theirs.double()
    there = gaps.isfinite()
    members = torch.unique(clusters[there], return_inverse=True)[1]
    gaps, count = gaps[there], int(members.max()) + 1 if len(members) else 0
    pulls = torch.zeros(count, dtype=torch.float64).index_add(0, members, (gaps - gaps.mean()) / len(gaps))
    linear = _more_often(count, seed) @ pulls
    reach = _reach((linear, torch.zeros_like(linear)), count)
    return _concluded((pair, metrics), float(gaps.mean()), reach, len(gaps), BOOTSTRAP)


def compare_kernel_distances(  # noqa: PLR0913 - a comparison with a reference has so many parts; metrics are seldom given
    pair: Pair,
    ours: Tensor,
    theirs: Tensor,
    real: Tensor,
    clusters: tuple[Tensor, Tensor],
    seed: int,
    metrics: Metrics = METRICS,
) -> Comparison:
    """Compare the unbiased squared MMD of both sets to the real features, with the kernel (x'y / width + 1)^3.

    Paired bootstrap over captions: a caption's generated pictures are resampled with its real ones, and captions
    that only real pictures have among themselves. Copies of a picture in a resample are one picture: no U-statistic
    pairs a picture with itself (Hoeffding 1948), and a resample that did would be biased. Pairs of real pictures are
    the same for both and cancel. Sums are over captions, so that a resample is a quadratic form of how often each is
    there, written as what is linear and what is quadratic in the surplus over once.

    Args:
        pair: what is compared.
        ours: (N, width) features of our pictures.
        theirs: (N, width) features of their pictures of the same prompts and seeds.
        real: (M, width) features of the reference pictures.
        clusters: (N,) the caption of each pair, and (M,) that of each real picture, in one numbering.
        seed: decides the resamples.
        metrics: says which way is better.
    """
    names, captions = torch.unique(torch.cat(clusters), return_inverse=True)
    generated, shown = (one_hot(part, len(names)).double() for part in captions.tensor_split([len(ours)]))
    prompted = generated.any(0)
    generated = generated[:, prompted]
    difference, within, across = _centred_sums(ours.double(), theirs.double(), real.double(), (generated, shown))
    more = torch.empty(RESAMPLES, len(names), dtype=torch.float64)
    more[:, prompted] = of_generated = _more_often(generated.shape[1], seed)
    more[:, ~prompted] = _more_often(len(names) - generated.shape[1], derive_seed(seed, "real"))
    linear = 2 * of_generated @ (within.sum(1) - across.sum(1)) - 2 * more @ across.sum(0)
    quadratic = ((of_generated @ within) * of_generated).sum(1) - 2 * ((of_generated @ across) * more).sum(1)
    reach = _reach((linear, quadratic), generated.shape[1])
    return _concluded((pair, metrics), difference, reach, len(ours), BOOTSTRAP)


def compare_jackknife(
    pair: Pair, values: tuple[float, float], left_out: tuple[Tensor, Tensor], n: int, metrics: Metrics = METRICS
) -> Comparison:
    """Compare two scores of which a bootstrap would be biased, as Frechet distances are, by the paired jackknife.

    Duplicates in a resample shrink its covariance; leaving groups out makes none. The interval holds the difference
    that as many new examples would have on average.

    Args:
        pair: what is compared.
        values: the score of ours, and that of theirs.
        left_out: (groups,) each: the two scores without each group of examples, the same groups for both.
        n: examples of each.
        metrics: says which way is better.
    """
    gaps = left_out[0].double() - left_out[1].double()
    groups = len(gaps)
    reach = math.inf
    if groups > 1 and gaps.isfinite().all():
        reach = float(student.ppf(TWO_SIDED, groups - 1)) * math.sqrt((groups - 1) * float(gaps.var(correction=0)))
    return _concluded((pair, metrics), values[0] - values[1], reach, n, "paired jackknife")


def probability_better(direction: int, difference: float, reach: float) -> float:
    """Return the probability that the difference is on the better side, if `reach` is 1.96 standard errors.

    `direction` is +1 where higher is better and -1 where lower is.
    """
    advantage = direction * difference
    if reach == 0:
        return (1 + (advantage > 0) - (advantage < 0)) / 2
    return float(ndtr(NORMAL * advantage / reach))


def _centred_sums(a: Tensor, b: Tensor, real: Tensor, of: tuple[Tensor, Tensor]) -> tuple[float, Tensor, Tensor]:
    """Return the difference, and what pairs add to it by caption: of two generated pictures, or with a real one.

    Centred, so that the sums are 0 and a resample's own number of pictures is of no account. `of` are the captions of
    generated pictures (N, captions) and of real ones (M, captions), one-hot.
    """
    between_generated = (poly_kernel(a, a) - poly_kernel(b, b)).fill_diagonal_(0)
    to_real = poly_kernel(a, real) - poly_kernel(b, real)
    pairs = len(a) * (len(a) - 1)
    mean, mean_real = between_generated.sum() / pairs, to_real.mean()
    within = of[0].T @ (between_generated - mean).fill_diagonal_(0) @ of[0] / pairs
    across = of[0].T @ (to_real - mean_real) @ of[1] / to_real.numel()
    return float(mean - 2 * mean_real), within, across


def _more_often(clusters: int, seed: int) -> Tensor:
    """Return (RESAMPLES, clusters) how much more often than once each is picked, with as many picks as clusters."""
    picks = torch.randint(max(clusters, 1), (RESAMPLES, clusters), generator=torch.Generator().manual_seed(seed))
    once_less = torch.full((RESAMPLES, clusters), -1.0, dtype=torch.float64)
    return once_less.scatter_add_(1, picks, torch.ones_like(once_less))


def _reach(parts: tuple[Tensor, Tensor], clusters: int) -> float:
    """Return half the interval, from the linear and the quadratic part of what (RESAMPLES,) resamples add.

    The variance of the linear part holds the quadratic component of the true variance twice (Efron and Stein, The
    jackknife estimate of variance, 1981), so that one is taken off; it is never more than half of it. The plain
    variance of the resamples holds it three times: 1.7 times the truth for a simulated KID of 64 pictures.
    Of few clusters it lacks one part in `clusters`, and Student's t is wider than the normal.
    """
    if clusters < FEWEST:
        return math.inf
    linear, quadratic = (float(part.var()) for part in parts)
    variance = max(linear - quadratic, linear / 2) * clusters / (clusters - 1)
    return float(student.ppf(TWO_SIDED, clusters - 1)) * math.sqrt(variance)


def _concluded(of: tuple[Pair, Metrics], difference: float, reach: float, n: int, method: str) -> Comparison:
    pair, metrics = of
    known = math.isfinite(difference) and math.isfinite(reach)
    return Comparison(
        metric=pair.metric,
        ours=pair.ours,
        theirs=pair.theirs,
        difference=difference,
        low=difference - reach if known else -math.inf,
        high=difference + reach if known else math.inf,
        better=probability_better(metrics[pair.metric].better, difference, reach) if known else 0.5,
        n=n,
        enough=deciding_n(n, reach, abs(difference)) if known else None,
        method=method,
        part=pair.part,
    )
