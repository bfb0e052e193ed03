"""Core: the sentences of decisions: scores, differences, how many examples would decide, why not another version."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from components.core.config import PromotionPolicy
from components.core.differences import (
    UNPAIRED,
    Pairs,
    can_rank,
    deciding_n_within_margin,
    difference,
    gain,
    most_examples,
    practically_equal,
)
from components.core.metric_table import Measures, Metrics
from components.core.ranking import Evidence, Places, is_better
from components.core.records import Candidate, Comparison, Decision, Score, Verdict

MOST_SCORES = 2  # scores that a sentence names; of more it gives the number
MOST_VERSIONS = 8  # versions that a decision explains: MLflow keeps 5,000 characters of a tag


CHAMPION, NOT_BETTER = "champion", "not-better"  # rules


@dataclass(frozen=True, slots=True)
class Order:
    """The places of the versions that may be promoted or are in production, and the rules that exclude versions."""

    places: Places
    excluded: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Opponents:
    """What each candidate is compared with, and how."""

    champion: Candidate | None  # the version in production
    base: Candidate | None  # the untrained base model, if it was scored
    policy: PromotionPolicy
    pairs: Pairs
    comparisons: Sequence[Comparison]
    measures: Measures

    @property
    def metrics(self) -> Metrics:
        return self.measures.metrics

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.policy.primary, self.pairs, self.metrics)

    def apart(self, name: str, ours: Candidate, theirs: Candidate) -> Comparison | None:
        """Return how two differ on a score, None unless both have a score that can rank."""
        scores = [candidate.scorecard.scores.get(name) for candidate in (ours, theirs)]
        return difference(name, ours, theirs, self.pairs, self.metrics) if all(map(can_rank, scores)) else None


def decision(candidate: Candidate, verdict: Verdict, rule: str, found: str) -> Decision:
    return Decision(candidate.version, verdict, rule, f"{named(candidate)} {found}.")


def named(candidate: Candidate) -> str:
    return f"Version {candidate.version} ({candidate.title})"


def shown(candidate: Candidate, opponents: Opponents) -> str:
    score = _primary(candidate, opponents)
    return f"{opponents.policy.primary[0]} {score.value:.4g} ({score.low:.4g} to {score.high:.4g})"


def other(candidate: Candidate, opponents: Opponents) -> str:
    return f"version {candidate.version} ({candidate.title}, {_primary(candidate, opponents).value:.4g})"


def loss(apart: Comparison, metrics: Metrics) -> str:
    """Return by how much ours is worse, with its interval, and whether it was measured in pairs."""
    measured, worst, best = gain(apart, metrics)
    how = "by the two intervals" if apart.method == UNPAIRED else "in pairs"
    return f"{-measured:.4g} (95 % interval {-best:.4g} to {-worst:.4g}, {how})"


def enough(apart: Comparison) -> str:
    """Return the note on how many examples would decide, or that the two are equal for practical purposes."""
    if apart.decided:
        return ""
    largest = practically_equal(apart)
    if largest is None:
        return _would_decide(apart.enough, apart)
    return f" (equal for practical purposes: the difference is at most {largest:.2g})"


def enough_within(apart: Comparison, margin: float, metrics: Metrics) -> str:
    """Return the note on how many examples would show that the loss is within the margin, if it is."""
    measured = -gain(apart, metrics)[0]
    if measured >= margin:
        return f" (it is worse by {measured:.4g} as measured, so more examples would not help)"
    return _would_decide(deciding_n_within_margin(apart, margin, metrics), apart)


def why_not(chosen: Candidate, others: Sequence[Candidate], order: Order, opponents: Opponents) -> str:
    """Return a sentence for each other version that is clearly better than the chosen one in some score: why not it."""
    better = [(c, found) for c in others if (found := list(_better_in(c, chosen, opponents)))]
    sentences = [
        f" {named(c)} is better in {_listed(found)}, but {_but(c, chosen, order, opponents)}."
        for c, found in better[:MOST_VERSIONS]
    ]
    more = len(better) - len(sentences)
    return "".join(sentences) + (f" {more} more are better in some score too." if more else "")


def _better_in(candidate: Candidate, chosen: Candidate, opponents: Opponents) -> Iterator[str]:
    for name in dict.fromkeys((*opponents.policy.scores, *opponents.measures.targets)):
        apart = opponents.apart(name, candidate, chosen)
        if apart and gain(apart, opponents.metrics)[1] > 0:
            yield f"{name} ({apart.difference:+.2g}, {apart.low:+.2g} to {apart.high:+.2g})"


def _listed(found: Sequence[str]) -> str:
    more = len(found) - MOST_SCORES
    return " and ".join([*found[:MOST_SCORES], *([f"{more} more"] if more > 0 else [])])


def _but(candidate: Candidate, chosen: Candidate, order: Order, opponents: Opponents) -> str:
    """Return what counts more than the scores in which a version is better than the chosen one."""
    rule = order.excluded.get(candidate.version, "")
    if rule == NOT_BETTER:
        return "does not clearly beat the version in production"
    if rule not in {"", CHAMPION}:
        return f"is excluded by the rule {rule}"
    primary, ours, theirs = opponents.policy.primary, order.places[candidate.version], order.places[chosen.version]
    if ours == theirs:
        tied = (
            f"{primary[0]} decides and is tied" if len(primary) == 1 else f"{' and '.join(primary)} decide and are tied"
        )
        return f"{tied}; the {_earlier(chosen) if chosen.step != candidate.step else 'lower number'} wins"
    name = next(name for name, mine, its in zip(primary, ours, theirs, strict=True) if mine != its)
    by = "there it is worse" if is_better(name, chosen, candidate, opponents.evidence) else "there another beats it"
    return f"{name} decides, and {by}"


def _earlier(chosen: Candidate) -> str:
    return "earlier candidate" if chosen.name else "earlier step"


def _primary(candidate: Candidate, opponents: Opponents) -> Score:
    return candidate.scorecard.scores[opponents.policy.primary[0]]


def _would_decide(number: int | None, apart: Comparison) -> str:
    if not number or not apart.n < number <= most_examples(apart.n):
        return ""
    return f" (about {number:,} examples of each would decide it)"
