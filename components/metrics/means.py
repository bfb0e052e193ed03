"""Metrics: scores that are means over examples, with their intervals."""

import math
from collections.abc import Callable

import numpy as np
import torch
from scipy.special import ndtr
from torch import Tensor

from components.core.metric_table import METRICS, Interval, Metrics
from components.core.records import Score
from components.metrics.intervals import Range, t_quantile, wilson_interval

RESAMPLES = 2000


def mean_score(  # noqa: PLR0913 - a score has this many inputs; floor and width are rarely given
    name: str,
    values: Tensor,
    extractor: str,
    clusters: Tensor,
    seed: int,
    floor: float | None = None,
    width: int = 0,
    metrics: Metrics = METRICS,
) -> Score:
    """Return the mean of the finite values, with the interval that the metrics table names for it.

    Args:
        name: of a metric whose interval is a bootstrap or Wilson's.
        values: (N,) one value per example, NaN where the metric is not defined.
        extractor: `name@digest/resize/dtype` of the extractor, or empty.
        clusters: (N,) the cluster of each example, such as the caption of a generated picture.
        seed: of the resamples.
        floor: the score of real examples.
        width: of the extractor's features, 0 without an extractor.
        metrics: the metrics table.

    Returns:
        A score whose n is the number of finite values. Without any, its value is NaN; with a single cluster its
        interval is the whole range.
    """
    metric = metrics[name]
    known = values.isfinite()
    found = values[known].double()
    _, members = torch.unique(clusters[known], return_inverse=True)
    interval = INTERVALS[metric.interval](found, members, seed, metric.design_effect)
    low, high = metric.within_range(*interval)
    n = len(found)
    return Score(
        value=float(found.mean()) if n else math.nan,
        n=n,
        low=low,
        high=high,
        extractor=extractor,
        floor=floor,
        honest=n >= metric.smallest_honest_n(width),
    )


def _bootstrap(values: Tensor, members: Tensor, seed: int, _: float) -> Range:
    """Return the percentile interval over resampled clusters, widened for few clusters.

    Source: Hesterberg, What teachers should know about the bootstrap (2015), section 3.3: the percentiles are moved
    outwards, by the ratio of Student's t to the normal quantile and by the root of clusters / (clusters - 1).
    """
    sums, sizes = _by_cluster(values, members)
    count = len(sums)
    if count < 2:
        return -math.inf, math.inf
    picked = np.random.default_rng(seed).integers(count, size=(RESAMPLES, count))
    means = sums.numpy()[picked].sum(1) / sizes.numpy()[picked].sum(1)
    outer = ndtr(-math.sqrt(count / (count - 1)) * t_quantile(count - 1))
    low, high = np.quantile(means, [outer, 1 - outer])
    return float(low), float(high)


def _wilson(values: Tensor, members: Tensor, _: int, design_effect: float) -> Range:
    """Return Wilson's interval of a share, for the effective number of independent observations.

    Source: Korn and Graubard, Confidence intervals for proportions with small expected number of positive counts
    estimated from survey data (1998), with Wilson's interval instead of Clopper and Pearson's. The variance between
    clusters is never taken to be below that of chance. If all values are equal, the effect of clusters cannot be
    estimated, and each cluster counts as one observation. Values may themselves be shares.
    """
    sums, sizes = _by_cluster(values, members)
    count, n = len(sums), len(values)
    if count < 2:
        return -math.inf, math.inf
    share = float(values.mean())
    alone = float(values.var(correction=0)) / n
    clustered = float((sums - share * sizes).square().sum()) * count / (count - 1) / n**2
    variance = max(clustered, alone * design_effect)
    effective_n = share * (1 - share) / variance if alone > 0 else n**2 / float(sizes.square().sum()) / design_effect
    return wilson_interval(share, effective_n, count - 1)


INTERVALS: dict[Interval, Callable[[Tensor, Tensor, int, float], Range]] = {
    Interval.BOOTSTRAP: _bootstrap,
    Interval.PAIRS: _bootstrap,
    Interval.WILSON: _wilson,
}


def _by_cluster(values: Tensor, members: Tensor) -> tuple[Tensor, Tensor]:
    """Return the sum and the number of values of each cluster."""
    return torch.bincount(members, values), torch.bincount(members).double()
