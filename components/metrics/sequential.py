"""Metrics: the stopping rule, a confidence sequence that stays valid when it is computed after every block of examples.

A 95 % interval covers the truth 19 times in 20 at a single look. Looking again and again until it excludes 0 finds a
difference that does not exist far more often than that. A confidence sequence covers the truth at all looks at once.

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
# x = t rho^2 at which the sequence is narrowest relative to an interval for a single look: the derivative of the half
# width is 0 where x = log(1 + x) - 2 log alpha, at 8.21. The half width is 3.04 standard errors there.
NARROWEST = float(-lambertw(-(ALPHA**2) / math.e, -1).real) - 1


def looks(smallest: int, budget: int, block: int) -> list[int]:
    """Return the number of examples at each look: `smallest`, then one more block each time, and the budget last.

    >>> looks(64, 200, 64)
    [64, 128, 192, 200]
    """
    return [*range(smallest, budget, block), budget]


def widen(comparison: Comparison, tightest: int, metrics: Metrics = METRICS) -> Comparison:
    """Return the comparison with the interval of a confidence sequence, which is valid at any number of examples.

    Args:
        comparison: a comparison for a single look, after `comparison.n` examples.
        tightest: the number of examples of each at which the sequence is narrowest. It is the same at every look, and
            chosen before the first. The first look is a good choice: it costs 6 % of width at 8 times as many examples;
            a sequence that is narrowest there costs 20 % at the first look.
        metrics: the metrics table, for the direction of the score.
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
    """Return the half width of the sequence in standard errors, at `share` times the number where it is narrowest.

    >>> [round(standard_errors(share), 2) for share in (0.125, 1, 8)]
    [3.64, 3.04, 3.22]
    """
    x = share * NARROWEST
    return math.sqrt(2 * (x + 1) / x * (math.log(x + 1) / 2 - math.log(ALPHA)))


def _times(tightest: int, n: float) -> float:
    """Return the width of the sequence after n examples, in widths of an interval for a single look."""
    return standard_errors(n / tightest) / NORMAL
