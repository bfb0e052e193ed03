"""Metrics: scores of a whole set of classified examples, with bootstrap intervals, and paired differences."""

import math
from collections.abc import Callable

import numpy as np

from components.core.metric_table import Metric
from components.core.records import Score
from components.metrics.classified import Array, Classified, all_once
from components.metrics.comparison import NORMAL

# The score of examples (n,) under each row of weights (resamples, n): f1_macro, mcc, pr_auc, roc_auc, ece, top_3 ...
SetScore = Callable[[Classified, Array], Array]


def set_score(metric: Metric, compute: SetScore, found: Classified, weights: Array) -> Score:
    """Return a score of all examples with its 95 % interval: the value, and 1.96 standard errors of resamples each way.

    A resample has fewer different examples than the set, so that its F1 of rare classes or its calibration error
    centres on another value than the set's; percentiles of resamples would be shifted, their spread is not.

    Args:
        metric: the row of the metrics table; the interval is clipped to its range.
        compute: the score.
        found: n examples.
        weights: (resamples, n) from `resampled_weights`.

    Returns:
        A score with n; its interval is the whole range if the resamples of fewer than half have the score.
    """
    value, n = float(compute(found, all_once(len(found.labels)))[0]), len(found.labels)
    reach = _reach(compute(found, weights))
    low, high = metric.within_range(value - reach, value + reach)
    return Score(value, n, low, high, honest=n >= metric.smallest_n, smallest_n=metric.smallest_n)


def set_difference(
    compute: SetScore, ours: Classified, theirs: Classified, weights: Array
) -> tuple[float, float, float]:
    """Return our score minus theirs on the same examples, and the ends of its 95 % interval (paired bootstrap).

    What makes an example hard is common to both, so the interval is narrower than those of the two scores suggest.
    """
    once = all_once(len(ours.labels))
    gap = float(compute(ours, once)[0] - compute(theirs, once)[0])
    reach = _reach(compute(ours, weights) - compute(theirs, weights))
    return gap, gap - reach, gap + reach


def _reach(resampled: Array) -> float:
    """Return the half width of a 95 % interval from the scores of resamples (resamples,)."""
    known = resampled[np.isfinite(resampled)]
    return NORMAL * float(known.std(ddof=1)) if len(known) * 2 > len(resampled) and len(known) > 1 else math.inf
