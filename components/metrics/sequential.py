"""Metrics: the stopping rule. Comparisons may be looked at after every block of examples, until one model is better.

An interval for one look holds the truth 19 times in 20 at that look. Going on until it no longer holds 0 finds a
difference where there is none far more often than that. A confidence sequence holds the truth at all looks at once.

Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Time-uniform central limit theory and asymptotic confidence
sequences (Annals of Statistics, 2024), section 2: after t examples its half width is the standard error times
sqrt(2 (t rho^2 + 1) / (t rho^2) log(sqrt(t rho^2 + 1) / alpha)).
"""

import math
from dataclasses import replace
from functools import partial

from scipy.special import lambertw

from components.core.differences import deciding_n
from components.core.metric_table import METRICS, Metrics
from components.core.records import Comparison
from components.metrics.comparison import NORMAL, probability_better

ALPHA = 0.05
# t rho^2 where the sequence is narrowest against an interval for one look: the half width's derivative vanishes where
# x = t rho^2 solves x = log(1 + x) - 2 log alpha, at 8.21. It is 3.04 standard errors there.
NARROWEST = float(-lambertw(-(ALPHA**2) / math.e, -1).real) - 1


def looks(smallest: int, budget: int, block: int) -> list[int]:
    """Return the numbers of examples of the looks: first `smallest`, then after every `block`, last the budget.

    >>> looks(64, 200, 64)
    [64, 128, 192, 200]
    """
    return [*range(smallest, budget, block), budget]


def widen(comparison: Comparison, tightest: int, metrics: Metrics = METRICS) -> Comparison:
    """Return the comparison with an interval that may be looked at after any number of examples.

    Args:
        comparison: one for a single look, after `comparison.n` examples.
        tightest: where the sequence is to be narrowest, in examples of each; the same at every look, and chosen before
            the first. The first look is a good choice: at 8 times as many examples it costs 6 % of width, where a
            sequence for the last look would cost 20 % at the first.
        metrics: says which way is better.
    """
    reach = (comparison.high - comparison.low) / 2
    if not math.isfinite(reach):
        return replace(comparison, method="confidence sequence", enough=None)
    wider = reach * standard_errors(comparison.n / tightest) / NORMAL
    return replace(
        comparison,
        low=comparison.difference - wider,
        high=comparison.difference + wider,
        better=probability_better(metrics[comparison.metric].better, comparison.difference, wider),
        enough=deciding_n(comparison.n, reach, abs(comparison.difference), partial(_times, tightest)),
        method="confidence sequence",
    )


def standard_errors(share: float) -> float:
    """Return the half width of the sequence, in standard errors, at this share of where it is narrowest.

    >>> [round(standard_errors(share), 2) for share in (0.125, 1, 8)]
    [3.64, 3.04, 3.22]
    """
    x = share * NARROWEST
    return math.sqrt(2 * (x + 1) / x * (math.log(x + 1) / 2 - math.log(ALPHA)))


def _times(tightest: int, n: float) -> float:
    """Return how many times as wide the sequence is after n examples as an interval for one look."""
    return standard_errors(n / tightest) / NORMAL
