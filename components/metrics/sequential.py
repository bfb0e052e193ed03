"""Metrics: comparisons that may be looked at after every block of pictures, until one generator is the better one.

An interval for one look holds the truth 19 times in 20 at that look. Who draws on until it no longer holds 0 will find
a difference where there is none far more often than that. A confidence sequence holds the truth at all looks at once.

Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Time-uniform central limit theory and asymptotic confidence
sequences (Annals of Statistics, 2024), section 2: after t pictures its half width is the standard error times
sqrt(2 (t rho^2 + 1) / (t rho^2) log(sqrt(t rho^2 + 1) / alpha)).
"""

import math
from dataclasses import replace

from scipy.optimize import brentq
from scipy.special import lambertw

from components.core.records import Comparison
from components.metrics.comparison import NORMAL, likely_better, whole

ALPHA = 0.05
# t rho^2 where the sequence is narrowest against an interval for one look: the half width's derivative vanishes where
# x = t rho^2 solves x = log(1 + x) - 2 log alpha, at 8.21. It is 3.04 standard errors there.
NARROWEST = float(-lambertw(-(ALPHA**2) / math.e, -1).real) - 1


def looks(smallest: int, budget: int, block: int) -> list[int]:
    """Return after how many pictures one looks: first after `smallest`, then after every `block`, last at the budget.

    >>> looks(64, 200, 64)
    [64, 128, 192, 200]
    """
    return [*range(smallest, budget, block), budget]


def widen(comparison: Comparison, tightest: int) -> Comparison:
    """Return the comparison with an interval that may be looked at after any number of pictures.

    Args:
        comparison: one for a single look, after `comparison.n` pictures.
        tightest: where the sequence is to be narrowest, in pictures of each; the same at every look, and chosen before
            the first. The first look is a good choice: at 8 times as many pictures it costs 6 % of width, where a
            sequence for the last look would cost 20 % at the first.
    """
    reach = (comparison.high - comparison.low) / 2
    if not math.isfinite(reach):
        return replace(comparison, method="confidence sequence", enough=None)
    wider = reach * standard_errors(comparison.n / tightest) / NORMAL
    return replace(
        comparison,
        low=comparison.difference - wider,
        high=comparison.difference + wider,
        better=likely_better(comparison.metric, comparison.difference, wider),
        enough=_enough(comparison, tightest),
        method="confidence sequence",
    )


def standard_errors(share: float) -> float:
    """Return the half width of the sequence, in standard errors, at this share of where it is narrowest.

    >>> [round(standard_errors(share), 2) for share in (0.125, 1, 8)]
    [3.64, 3.04, 3.22]
    """
    x = share * NARROWEST
    return math.sqrt(2 * (x + 1) / x * (math.log(x + 1) / 2 - math.log(ALPHA)))


def _enough(comparison: Comparison, tightest: int) -> int | None:
    """Return after how many pictures the sequence would reach just as far as the difference is from 0."""
    if comparison.enough is None or comparison.high == comparison.low:
        return comparison.enough
    ratio = (comparison.high - comparison.low) / 2 / comparison.difference
    one_look = comparison.n * ratio * ratio

    def missing(n: float) -> float:
        return one_look * (standard_errors(n / tightest) / NORMAL) ** 2 - n

    least = one_look * (standard_errors(1) / NORMAL) ** 2  # the sequence is nowhere narrower
    most = 2 * least
    while missing(most) > 0:
        most *= 2
    return whole(float(brentq(missing, least * 0.999, most)))
