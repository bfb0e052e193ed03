"""Core: how two scored subjects differ on one score: as a paired comparison has it, else as their intervals have it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from components.core.metric_table import METRICS
from components.core.records import Candidate, Comparison, Score

Pairs = Mapping[tuple[str, str, str], Comparison]  # (metric, ours, theirs) over all pictures, each pair both ways
UNPAIRED = "two intervals"
HOPELESS = 1e3  # intervals so much wider than the difference say nothing about how many examples would decide


def paired(comparisons: Sequence[Comparison]) -> Pairs:
    """Return the comparisons over all pictures, to be looked up from either side."""
    whole = [c for c in comparisons if not c.part]
    return {(c.metric, c.ours, c.theirs): c for c in [*map(turned, whole), *whole]}


def turned(comparison: Comparison) -> Comparison:
    """Return the same comparison seen from the other side."""
    c = comparison
    return replace(
        c, ours=c.theirs, theirs=c.ours, difference=-c.difference, low=-c.high, high=-c.low, better=1 - c.better
    )


def difference(metric: str, ours: Candidate, theirs: Candidate, pairs: Pairs) -> Comparison:
    """Return how two candidates differ on a score.

    Where they were not compared in pairs, their two intervals are taken for independent: the half widths add up in
    squares. With the same prompts and seeds that is too wide rather than too narrow.
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
    probability, enough = _probability(gap, reach, metric), _enough(n, reach, abs(gap))
    return Comparison(metric, ours.digest, theirs.digest, gap, low, high, probability, n, enough, UNPAIRED)


def in_parts(metric: str, ours: Candidate, theirs: Candidate, comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Return how two candidates differ on a score in each slice that was compared, seen from ours."""
    wanted = (metric, ours.digest, theirs.digest)
    both = (side for c in comparisons if c.part for side in (c, turned(c)))
    return [c for c in both if (c.metric, c.ours, c.theirs) == wanted]


def enough_within(comparison: Comparison, margin: float) -> int | None:
    """Return how many examples would show that ours is not worse by more than the margin, if all stays as seen.

    With so many, the worse end of the interval is at the margin: it comes nearer with the root of n, that of a
    confidence sequence a little more slowly. None where what was seen is itself not within the margin, or where
    nobody draws so many.
    """
    seen, worst, _ = gain(comparison)
    return _enough(comparison.n, seen - worst, margin + seen)


def gain(comparison: Comparison) -> tuple[float, float, float]:
    """Return by how much ours is better, and the interval of that: positive is better whatever the direction."""
    if METRICS[comparison.metric].better > 0:
        return comparison.difference, comparison.low, comparison.high
    return -comparison.difference, -comparison.high, -comparison.low


def is_number(score: Score | None) -> bool:
    """Tell whether a score is there, finite, and has an interval."""
    return score is not None and math.isfinite(score.value) and not (math.isnan(score.low) or math.isnan(score.high))


def _enough(n: int, reach: float, room: float) -> int | None:
    """Return how many examples an interval needs to reach as far as there is room, if it reaches this far with n."""
    ratio = reach / room if room > 0 else math.inf
    return math.ceil(round(n * ratio**2, 6)) if ratio < HOPELESS else None


def _probability(gap: float, reach: float, metric: str) -> float:
    """Return the probability that ours is better, of a normal error of which `reach` is 1.96 deviations."""
    if not reach > 0 or math.isinf(reach):
        return 0.5 if not gap or math.isinf(reach) else float(gap * METRICS[metric].better > 0)
    return 0.5 * (1 + math.erf(METRICS[metric].better * gap * 1.96 / reach / math.sqrt(2)))
