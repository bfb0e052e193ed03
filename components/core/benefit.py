"""Core: whether a promotion was worth it: the new version against the one before, on the same examples."""

from collections.abc import Sequence
from dataclasses import dataclass

from components.core.differences import by_pair, difference, gain, is_number
from components.core.metric_table import Metrics
from components.core.ranking import Evidence, beats
from components.core.records import Candidate, Comparison


@dataclass(frozen=True, slots=True)
class ScoreBenefit:
    """One primary score of the new version and of the one before, and their difference with its 95 % interval.

    `difference` is new less old, in the score's unit; `gain` is the same, signed so that above 0 is better.
    """

    score: str
    new: float
    old: float
    difference: float
    low: float
    high: float
    gain: float
    n: int
    method: str


@dataclass(frozen=True, slots=True)
class Benefit:
    """What a promotion brought. `clear` if the new version is better, by the rule with which promotions are decided."""

    clear: bool
    scores: Sequence[ScoreBenefit]


def measure_benefit(
    new: Candidate, old: Candidate, primary: Sequence[str], comparisons: Sequence[Comparison], metrics: Metrics
) -> Benefit:
    """Compare two candidates that were scored on the same examples in each primary score that both have.

    Their paired comparison is used where there is one, else their two intervals.
    """
    pairs = by_pair(comparisons)
    names = [name for name in primary if all(is_number(c.scorecard.scores.get(name)) for c in (new, old))]
    found = [_of_score(difference(name, new, old, pairs, metrics), new, old, metrics) for name in names]
    return Benefit(bool(names) and beats(new, old, Evidence(names, pairs, metrics)), found)


def _of_score(apart: Comparison, new: Candidate, old: Candidate, metrics: Metrics) -> ScoreBenefit:
    ours, theirs = (candidate.scorecard.scores[apart.metric].value for candidate in (new, old))
    better = gain(apart, metrics)[0]
    return ScoreBenefit(
        apart.metric, ours, theirs, apart.difference, apart.low, apart.high, better, apart.n, apart.method
    )
