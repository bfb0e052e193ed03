"""Metrics: paired comparisons of two models, on the same examples or on pictures of the same prompts and seeds.

The variation between examples is common to both models and cancels: the interval of the difference is narrower than
the intervals of the two scores suggest.
"""

import math
from dataclasses import dataclass

import torch
from scipy.special import ndtr, stdtrit
from torch import Tensor
from torch.nn.functional import one_hot

from components.core.differences import deciding_n
from components.core.metric_table import METRICS, Metrics
from components.core.records import Comparison
from components.core.seeds import derive_seed

RESAMPLES = 2000  # gives the standard error to 1.6 %, one part in sqrt(2 x 2000)
FEWEST = 3  # clusters: the spread of two would be a guess
TWO_SIDED = 0.975  # the quantile of 95 % intervals
NORMAL = 1.959964  # the same, in standard errors of a normal distribution
BOOTSTRAP = "paired bootstrap"  # value of `Comparison.method`


@dataclass(frozen=True, slots=True)
class Pair:
    """What is compared: two models (digests of weights, or BASE) on one score, over all examples or a slice."""

    metric: str  # a row of the metrics table
    ours: str
    theirs: str
    part: str = ""


def compare_means(
    pair: Pair, ours: Tensor, theirs: Tensor, clusters: Tensor, seed: int, metrics: Metrics = METRICS
) -> Comparison:
    """Compare the means of a score of single examples, by a paired bootstrap over clusters.

    A cluster, such as a prompt, is resampled with all its examples. Resampling the examples too would count their
    spread twice, since the means of clusters already vary with it (Davison and Hinkley, Bootstrap Methods and their
    Application, 1997, 3.8).

    Args:
        pair: what is compared.
        ours: (N,) values of ours; a pair with a value that is not finite is left out.
        theirs: (N,) values of theirs on the same examples.
        clusters: (N,) the cluster of each pair, any numbers. Fewer than three clusters decide nothing.
        seed: of the resamples.
        metrics: the metrics table, for the direction of the score.
    """
    gaps = ours.double() - theirs.double()
    there = gaps.isfinite()
    members = torch.unique(clusters[there], return_inverse=True)[1]
    gaps, count = gaps[there], int(members.max()) + 1 if len(members) else 0
    influence = torch.zeros(count, dtype=torch.float64).index_add(0, members, (gaps - gaps.mean()) / len(gaps))
    linear = _picks_minus_one(count, seed) @ influence
    reach = _half_width((linear, torch.zeros_like(linear)), count)
    return _comparison((pair, metrics), float(gaps.mean()), reach, len(gaps), BOOTSTRAP)


def compare_kernel_distances(  # noqa: PLR0913 - a comparison with a reference has this many inputs; metrics are rarely given
    pair: Pair,
    ours: Tensor,
    theirs: Tensor,
    real: Tensor,
    clusters: tuple[Tensor, Tensor],
    seed: int,
    metrics: Metrics = METRICS,
) -> Comparison:
    """Compare the KID of two sets: their unbiased squared MMD to real features, with the kernel (x'y / width + 1)^3.

    A paired bootstrap over captions: the generated pictures of a caption are resampled with its real ones; captions of
    real pictures only are resampled separately. Copies of a picture in a resample count as one picture: a U-statistic
    never pairs a picture with itself (Hoeffding 1948), and a resample that did would be biased. Pairs of real pictures
    are common to both sets and cancel. Kernel values are summed per caption, so that a resample is a quadratic form in
    the number of times each caption is picked. It is written as a linear and a quadratic part in that number minus one.

    Args:
        pair: what is compared.
        ours: (N, width) features of our pictures.
        theirs: (N, width) features of their pictures of the same prompts and seeds.
        real: (M, width) features of the reference pictures.
        clusters: (N,) the caption of each pair, and (M,) that of each real picture, in one numbering.
        seed: of the resamples.
        metrics: the metrics table, for the direction of the score.
    """
    names, captions = torch.unique(torch.cat(clusters), return_inverse=True)
    generated, shown = (one_hot(part, len(names)).double() for part in captions.tensor_split([len(ours)]))
    prompted = generated.any(0)
    generated = generated[:, prompted]
    difference, within, across = _centred_sums(ours.double(), theirs.double(), real.double(), (generated, shown))
    more = torch.empty(RESAMPLES, len(names), dtype=torch.float64)
    more[:, prompted] = of_generated = _picks_minus_one(generated.shape[1], seed)
    more[:, ~prompted] = _picks_minus_one(len(names) - generated.shape[1], derive_seed(seed, "real"))
    linear = 2 * of_generated @ (within.sum(1) - across.sum(1)) - 2 * more @ across.sum(0)
    quadratic = ((of_generated @ within) * of_generated).sum(1) - 2 * ((of_generated @ across) * more).sum(1)
    reach = _half_width((linear, quadratic), generated.shape[1])
    return _comparison((pair, metrics), difference, reach, len(ours), BOOTSTRAP)


def compare_jackknife(
    pair: Pair, values: tuple[float, float], left_out: tuple[Tensor, Tensor], n: int, metrics: Metrics = METRICS
) -> Comparison:
    """Compare two scores by a paired jackknife, where a bootstrap would be biased, as for Frechet distances.

    Duplicates in a bootstrap resample shrink its covariance; leaving out groups creates no duplicates. The interval is
    for the expected difference at this number of examples.

    Args:
        pair: what is compared.
        values: the scores of ours and of theirs.
        left_out: (groups,) each: both scores without each group of examples, with the same groups for both.
        n: the number of examples of each.
        metrics: the metrics table, for the direction of the score.
    """
    gaps = left_out[0].double() - left_out[1].double()
    groups = len(gaps)
    reach = math.inf
    if groups > 1 and gaps.isfinite().all():
        reach = float(stdtrit(groups - 1, TWO_SIDED)) * math.sqrt((groups - 1) * float(gaps.var(correction=0)))
    return _comparison((pair, metrics), values[0] - values[1], reach, n, "paired jackknife")


def compare_sets(pair: Pair, difference: float, reach: float, n: int, metrics: Metrics = METRICS) -> Comparison:
    """Return the comparison of two scores of whole sets, such as a macro F1, from a paired bootstrap of both.

    Args:
        pair: what is compared.
        difference: the score of ours minus that of theirs.
        reach: the half width of its interval, from the scores of both on the same resamples (`set_difference`).
        n: the number of examples of each.
        metrics: the metrics table, for the direction of the score.
    """
    return _comparison((pair, metrics), difference, reach, n, BOOTSTRAP)


def probability_better(direction: int, difference: float, reach: float) -> float:
    """Return the probability that ours is better, if `reach` is 1.96 standard errors.

    `direction` is +1 if higher is better and -1 if lower is.
    """
    advantage = direction * difference
    if reach == 0:
        return (1 + (advantage > 0) - (advantage < 0)) / 2
    return float(ndtr(NORMAL * advantage / reach))


def _centred_sums(a: Tensor, b: Tensor, real: Tensor, of: tuple[Tensor, Tensor]) -> tuple[float, Tensor, Tensor]:
    """Return the difference, and its sums per caption over pairs of generated pictures and over pairs with a real one.

    They are centred, so that they sum to 0 and the number of pictures in a resample does not matter. `of` are the
    captions of generated pictures (N, captions) and of real ones (M, captions), one-hot.
    """
    from torchmetrics.image.kid import poly_kernel  # it loads transformers, which takes seconds

    between_generated = (poly_kernel(a, a) - poly_kernel(b, b)).fill_diagonal_(0)
    to_real = poly_kernel(a, real) - poly_kernel(b, real)
    pairs = len(a) * (len(a) - 1)
    mean, mean_real = between_generated.sum() / pairs, to_real.mean()
    within = of[0].T @ (between_generated - mean).fill_diagonal_(0) @ of[0] / pairs
    across = of[0].T @ (to_real - mean_real) @ of[1] / to_real.numel()
    return float(mean - 2 * mean_real), within, across


def _picks_minus_one(clusters: int, seed: int) -> Tensor:
    """Return (RESAMPLES, clusters) how often each cluster is picked, minus one, in as many picks as clusters."""
    picks = torch.randint(max(clusters, 1), (RESAMPLES, clusters), generator=torch.Generator().manual_seed(seed))
    counts = torch.full((RESAMPLES, clusters), -1.0, dtype=torch.float64)
    return counts.scatter_add_(1, picks, torch.ones_like(counts))


def _half_width(parts: tuple[Tensor, Tensor], clusters: int) -> float:
    """Return the half width of the interval, from the linear and the quadratic part (RESAMPLES,) of the resamples.

    The variance of the linear part contains the quadratic component of the true variance twice (Efron and Stein, The
    jackknife estimate of variance, 1981), so it is subtracted once; it is never more than half. The plain variance of
    the resamples contains it three times: 1.7 times the truth for a simulated KID of 64 pictures. With few clusters the
    variance is too small by one part in `clusters`, and Student's t is wider than the normal distribution.
    """
    if clusters < FEWEST:
        return math.inf
    linear, quadratic = (float(part.var()) for part in parts)
    variance = max(linear - quadratic, linear / 2) * clusters / (clusters - 1)
    return float(stdtrit(clusters - 1, TWO_SIDED)) * math.sqrt(variance)


def _comparison(of: tuple[Pair, Metrics], difference: float, reach: float, n: int, method: str) -> Comparison:
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
