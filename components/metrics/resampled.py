"""Metrics: scores of a whole set of examples, with intervals from resamples of the set, and paired differences."""

import math
from collections.abc import Callable

import numpy as np

from components.core.metric_table import Metric
from components.core.records import Score
from components.metrics.classified import Array
from components.metrics.comparison import NORMAL

Compute = Callable[[Array], Array]  # weights (resamples, n) of n examples -> the score under each row


def resampled_score(metric: Metric, compute: Compute, weights: Array) -> Score:
    """Return a score of all examples with its 95 % interval: the value, and 1.96 standard errors of resamples each way.

    A resample has fewer different examples than the set, so that its F1 of rare classes, its calibration error or its
    share of different words centres on another value than the set's; percentiles of resamples would be shifted, their
    spread is not.

    Args:
        metric: the row of the metrics table; the interval is clipped to its range.
        compute: the score of the examples under each row of weights.
        weights: (resamples, n) from `resampled_weights`.

    Returns:
        A score with n; its interval is the whole range if the resamples of fewer than half have the score.
    """
    n = weights.shape[1]
    value, reach = float(compute(np.ones((1, n)))[0]), _reach(compute(weights))
    low, high = metric.within_range(value - reach, value + reach) if math.isfinite(value) else (metric.low, metric.high)
    return Score(value, n, low, high, honest=n >= metric.smallest_n, smallest_n=metric.smallest_n)


def resampled_difference(ours: Compute, theirs: Compute, weights: Array) -> tuple[float, float, float]:
    """Return our score minus theirs on the same examples, and the ends of its 95 % interval (paired bootstrap).

    What makes an example hard is common to both, so the interval is narrower than those of the two scores suggest.
    """
    once = np.ones((1, weights.shape[1]))
    gap = float(ours(once)[0] - theirs(once)[0])
    reach = _reach(ours(weights) - theirs(weights))
    return gap, gap - reach, gap + reach


def _reach(resampled: Array) -> float:
    """Return the half width of a 95 % interval from the scores of resamples (resamples,)."""
    known = resampled[np.isfinite(resampled)]
    return NORMAL * float(known.std(ddof=1)) if len(known) * 2 > len(resampled) and len(known) > 1 else math.inf
