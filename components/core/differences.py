"""Core: the difference of two subjects on one score, from their paired comparison or else from their two intervals."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from components.core.metric_table import METRICS, Metrics
from components.core.records import Candidate, Comparison, Score

Pairs = Mapping[tuple[str, str, str], Comparison]  # (metric, ours, theirs) over all examples, each pair both ways
UNPAIRED, SAME = "two intervals", "equal weights"
HOPELESS = 1e3  # an interval this many times the difference cannot predict how many examples would decide
SMALLEST = 2  # examples: fewer have no spread
PRACTICAL = 5_000  # examples of each: nobody scores more to tell two versions apart ...
TIMES = 10  # ... unless as many as this times those already scored would decide

# n -> width of the interval at n examples, in widths of an interval for a single look
Widening = Callable[[float], float]


def by_pair(comparisons: Sequence[Comparison]) -> Pairs:
    """Return the comparisons over all examples by pair, in both directions."""
    whole = [c for c in comparisons if not c.part]
    return {(c.metric, c.ours, c.theirs): c for c in [*map(swapped, whole), *whole]}


def swapped(comparison: Comparison) -> Comparison:
    """Return the same comparison with the two subjects swapped."""
    c = comparison
    return replace(
        c, ours=c.theirs, theirs=c.ours, difference=-c.difference, low=-c.high, high=-c.low, better=1 - c.better
    )


def difference(metric: str, ours: Candidate, theirs: Candidate, pairs: Pairs, metrics: Metrics = METRICS) -> Comparison:
    """Return how two candidates differ on a score.

    Equal weights do not differ. Without a paired comparison, the two intervals of others count as independent: the
    squares of the half widths add up. On the same examples that is too wide rather than too narrow.
    """
    found = pairs.get((metric, ours.digest, theirs.digest))
    if found:
        return found
    a, b = ours.scorecard.scores[metric], theirs.scorecard.scores[metric]
    if ours.digest and ours.digest == theirs.digest:
        return Comparison(metric, ours.digest, theirs.digest, 0.0, 0.0, 0.0, 0.5, min(a.n, b.n), None, SAME)
    gap, n = a.value - b.value, min(a.n, b.n)
    # Each end is computed separately: near the edge of a score's range an interval is not symmetric.
    low = gap - math.hypot(a.value - a.low, b.high - b.value)
    high = gap + math.hypot(a.high - a.value, b.value - b.low)
    reach = gap - low if gap > 0 else high - gap
    probability, enough = _probability(gap, reach, metrics[metric].better), deciding_n(n, reach, abs(gap))
    return Comparison(metric, ours.digest, theirs.digest, gap, low, high, probability, n, enough, UNPAIRED)


def most_examples(n: int) -> int:
    """Return how many examples of each anybody would score to decide, after a comparison of n."""
    return max(PRACTICAL, TIMES * n)


def practically_equal(comparison: Comparison) -> float | None:
    """Return the largest difference that the interval allows, if no practical number of examples would decide.

    None if the comparison is decided, if a practical number would decide it (`enough`), or if the interval is infinite.
    """
    c = comparison
    largest = max(abs(c.low), abs(c.high))
    within_reach = c.enough is not None and c.enough <= most_examples(c.n)
    return None if c.decided or within_reach or not math.isfinite(largest) else largest


def in_slices(metric: str, ours: Candidate, theirs: Candidate, comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Return the comparisons of two candidates on a score, one per compared slice; `ours` is the first argument."""
    wanted = (metric, ours.digest, theirs.digest)
    both = (side for c in comparisons if c.part for side in (c, swapped(c)))
    return [c for c in both if (c.metric, c.ours, c.theirs) == wanted]


def deciding_n_within_margin(comparison: Comparison, margin: float, metrics: Metrics = METRICS) -> int | None:
    """Return how many examples would show a loss within the margin, if the difference and its spread stay as measured.

    At that number the worse end of the interval reaches the margin: intervals shrink with the root of n, confidence
    sequences a little more slowly. None if the measured loss is outside the margin, or if the number is out of reach.
    """
    measured, worst, _ = gain(comparison, metrics)
    return deciding_n(comparison.n, measured - worst, margin + measured)


def gain(comparison: Comparison, metrics: Metrics = METRICS) -> tuple[float, float, float]:
    """Return by how much ours is better, with its interval. Positive is better, whatever the metric's direction."""
    if metrics[comparison.metric].better > 0:
        return comparison.difference, comparison.low, comparison.high
    return -comparison.difference, -comparison.high, -comparison.low


def is_number(score: Score | None) -> bool:
    """Return whether the score exists, is finite, and has an interval."""
    return score is not None and math.isfinite(score.value) and not (math.isnan(score.low) or math.isnan(score.high))


def can_rank(score: Score | None) -> bool:
    """Return whether the score is a number that was measured on enough examples to rank by."""
    return score is not None and is_number(score) and score.honest


def deciding_n(n: int, reach: float, room: float, widening: Widening | None = None) -> int | None:
    """Return how many examples would decide, if the difference and its spread stay as measured; at least 2.

    At that number the half width of the interval equals `room`. An interval shrinks with the root of n; a confidence
    sequence is wider by a factor that depends on n.

    >>> deciding_n(100, reach=2.0, room=1.0)
    400

    Args:
        n: examples measured so far.
        reach: half width of the interval for a single look.
        room: the half width that would decide: the distance of the difference from 0, or from a margin.
        widening: the factor of a confidence sequence.

    Returns:
        None if there is no room, or if the half width is at least HOPELESS times the room.
    """
    ratio = reach / room if room > 0 else math.inf
    if not ratio < HOPELESS:
        return None
    one_look = n * ratio * ratio
    return max(SMALLEST, math.ceil(round(one_look, 6)) if widening is None else _first(one_look, widening))


def _first(one_look: float, widening: Widening) -> int:
    """Return the smallest number of examples at which the widened interval fits into the room."""
    low, high = 0, 1
    while one_look * widening(high) ** 2 > high:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if one_look * widening(middle) ** 2 > middle else (low, middle)
    return high


def _probability(gap: float, reach: float, direction: int) -> float:
    """Return the probability that ours is better, for a normal error with `reach` = 1.96 standard deviations."""
    if not reach > 0 or math.isinf(reach):
        return 0.5 if not gap or math.isinf(reach) else float(gap * direction > 0)
    return 0.5 * (1 + math.erf(direction * gap * 1.96 / reach / math.sqrt(2)))
