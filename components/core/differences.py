"""Core: how two scored subjects differ on one score: as a paired comparison has it, else as their intervals have it."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from components.core.metric_table import METRICS, Metrics
from components.core.records import Candidate, Comparison, Score

Pairs = Mapping[tuple[str, str, str], Comparison]  # (metric, ours, theirs) over all examples, each pair both ways
UNPAIRED = "two intervals"
HOPELESS = 1e3  # an interval so many times wider than the difference says nothing about how many examples would decide
SMALLEST = 2  # examples that have a spread

# n -> how many times as wide an interval is at n examples as one for a single look
Widening = Callable[[float], float]


def by_pair(comparisons: Sequence[Comparison]) -> Pairs:
    """Return the comparisons over all examples, to be looked up from either side."""
    whole = [c for c in comparisons if not c.part]
    return {(c.metric, c.ours, c.theirs): c for c in [*map(swapped, whole), *whole]}


def swapped(comparison: Comparison) -> Comparison:
    """Return the same comparison seen from the other side."""
    c = comparison
    return replace(
        c, ours=c.theirs, theirs=c.ours, difference=-c.difference, low=-c.high, high=-c.low, better=1 - c.better
    )


def difference(metric: str, ours: Candidate, theirs: Candidate, pairs: Pairs, metrics: Metrics = METRICS) -> Comparison:
    """Return how two candidates differ on a score.

    Where they were not compared in pairs, their two intervals are taken for independent: the half widths add up in
    squares. On the same examples that is too wide rather than too narrow.
    """
    found = pairs.get((metric, ours.digest, theirs.digest))
    if found:
        return found
    a, b = ours.scorecard.scores[metric], theirs.scorecard.scores[metric]
    gap, n = a.value - b.value, min(a.n, b.n)
    # Each end by itself: an interval near the edge of a score's range is not symmetric.
    low = gap - math.hypot(a.value - a.low, b.high - b.value)
    high = gap + math.hypot(a.high - a.value, b.value - b.low)
    reach = gap - low if gap > 0 else high - gap
    probability, enough = _probability(gap, reach, metrics[metric].better), deciding_n(n, reach, abs(gap))
    return Comparison(metric, ours.digest, theirs.digest, gap, low, high, probability, n, enough, UNPAIRED)


def in_slices(metric: str, ours: Candidate, theirs: Candidate, comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Return how two candidates differ on a score in each slice that was compared, seen from ours."""
    wanted = (metric, ours.digest, theirs.digest)
    both = (side for c in comparisons if c.part for side in (c, swapped(c)))
    return [c for c in both if (c.metric, c.ours, c.theirs) == wanted]


def deciding_n_within_margin(comparison: Comparison, margin: float, metrics: Metrics = METRICS) -> int | None:
    """Return how many examples would show that ours is not worse by more than the margin, if all stays as measured.

    With so many, the worse end of the interval is at the margin: it comes nearer with the root of n, that of a
    confidence sequence a little more slowly. None where what was measured is itself not within the margin, or where
    the number is out of reach.
    """
    measured, worst, _ = gain(comparison, metrics)
    return deciding_n(comparison.n, measured - worst, margin + measured)


def gain(comparison: Comparison, metrics: Metrics = METRICS) -> tuple[float, float, float]:
    """Return by how much ours is better, and the interval of that: positive is better whatever the direction."""
    if metrics[comparison.metric].better > 0:
        return comparison.difference, comparison.low, comparison.high
    return -comparison.difference, -comparison.high, -comparison.low


def is_number(score: Score | None) -> bool:
    """Tell whether a score is there, finite, and has an interval."""
    return score is not None and math.isfinite(score.value) and not (math.isnan(score.low) or math.isnan(score.high))


def deciding_n(n: int, reach: float, room: float, widening: Widening | None = None) -> int | None:
    """Return how many examples would decide, if the difference and its spread stay as measured; at least 2.

    With so many, an interval reaches just as far as there is room. It shrinks with the root of n; that of a confidence
    sequence is wider by a factor that depends on n.

    >>> deciding_n(100, reach=2.0, room=1.0)
    400

    Args:
        n: examples measured so far.
        reach: half the width of their interval for a single look.
        room: how far it may reach: the distance of the difference from 0, or from a margin.
        widening: of a confidence sequence.

    Returns:
        None where there is no room, or where the interval is HOPELESS times as wide.
    """
    ratio = reach / room if room > 0 else math.inf
    if not ratio < HOPELESS:
        return None
    one_look = n * ratio * ratio
    return max(SMALLEST, math.ceil(round(one_look, 6)) if widening is None else _first(one_look, widening))


def _first(one_look: float, widening: Widening) -> int:
    """Return the first number of examples at which the widened interval reaches no further than there is room."""
    low, high = 0, 1
    while one_look * widening(high) ** 2 > high:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if one_look * widening(middle) ** 2 > middle else (low, middle)
    return high


def _probability(gap: float, reach: float, direction: int) -> float:
    """Return the probability that ours is better, of a normal error of which `reach` is 1.96 deviations."""
    if not reach > 0 or math.isinf(reach):
        return 0.5 if not gap or math.isinf(reach) else float(gap * direction > 0)
    return 0.5 * (1 + math.erf(direction * gap * 1.96 / reach / math.sqrt(2)))
