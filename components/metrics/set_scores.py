"""Metrics: scores of a whole set of classified examples, with bootstrap intervals, and paired differences."""

from collections.abc import Callable
from functools import partial

from components.core.metric_table import Metric
from components.core.records import Score
from components.metrics.classified import Array, Classified
from components.metrics.resampled import resampled_difference, resampled_score

# The score of examples (n,) under each row of weights (resamples, n): f1_macro, mcc, pr_auc, roc_auc, ece, top_3 ...
SetScore = Callable[[Classified, Array], Array]


def set_score(metric: Metric, compute: SetScore, found: Classified, weights: Array) -> Score:
    """Return a score of n classified examples with its 95 % interval, from `resampled_weights` (resamples, n)."""
    return resampled_score(metric, partial(compute, found), weights)


def set_difference(
    compute: SetScore, ours: Classified, theirs: Classified, weights: Array
) -> tuple[float, float, float]:
    """Return our score minus theirs on the same examples, and the ends of its 95 % interval (paired bootstrap)."""
    return resampled_difference(partial(compute, ours), partial(compute, theirs), weights)
