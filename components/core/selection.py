"""Core: the promotion policy, a pure function from scores and comparisons to decisions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from components.core.comparable import check_comparable
from components.core.config import PromotionPolicy
from components.core.differences import by_pair, difference
from components.core.gates import objection, objection_beside_champion
from components.core.metric_table import METRICS, Measures
from components.core.ranking import beats, first, places
from components.core.reasons import Opponents, Order, decision, enough, other, shown, why_not
from components.core.records import BASE, Candidate, Comparison, Decision, Scorecard, Verdict


@dataclass(frozen=True, slots=True)
class Field:
    """The versions among which one is chosen."""

    everyone: Sequence[Candidate]
    ranked: Sequence[Candidate]  # those with a place in the order, with the one in production
    contenders: Sequence[Candidate]  # those that no rule excludes
    order: Order

    @property
    def chosen(self) -> Candidate:
        return first(self.contenders, self.order.places)


def decide(
    candidates: Sequence[Candidate],
    champion: Candidate | None,
    base: Scorecard | None,
    policy: PromotionPolicy,
    comparisons: Sequence[Comparison] = (),
    measures: Measures = Measures(METRICS),  # noqa: B008 it is frozen
) -> list[Decision]:
    """Return one decision per candidate, in their order. At most one is PROMOTE.

    One version beats another if the 95 % interval of their difference excludes 0 in its favour, on the first primary
    score whose interval excludes 0; otherwise they are tied. The first rule that fires decides:

        missing-score   REJECT   a score that the policy names is missing, or is not a finite number
        too-few         HOLD     such a score was measured on too few examples to rank versions
        bound:<score>   REJECT   a bound is not met (a value on the bound meets it)
        base            REJECT   does not beat the untrained base model
        target:<score>  REJECT   is worse than the base model in a target, clearly and by more than is tolerated
        champion        HOLD     is the version in production
        margin:<score>  HOLD     may be worse than production by more than the margin (non-inferiority is not shown)
        target:<score>  HOLD     is worse than production in a target, clearly and by more than is tolerated
        slice:<score>   HOLD     is worse than production on a slice, clearly and by more than the margin for slices
        not-better      HOLD     does not beat the version in production
        slice:<score>   HOLD     the policy has a margin for slices, but no slice was compared with production
        not-better      HOLD     is not before production in the order of all versions
        first, better   PROMOTE  the first version in the order; `first` if nothing was in production
        tie, best       HOLD     tied with the promoted one, which is earlier, or behind it or another in the order

    `beats` is not transitive with several primary scores: three versions can beat one another in a circle, and so could
    promotions. So all versions that the rules up to `target` leave, and the one in production, are put in an order
    (components/core/ranking.py, docs/decisions/0013): by their places on the first primary score, which is the number
    of versions in the longest chain of clearly better ones ahead; then on the next score, among equals; then by the
    step. Production only ever moves forward in it. A target is compared in pairs where that was done, else by the two
    intervals, which is less strict.

    Args:
        candidates: the versions to decide on.
        champion: the version in production, scored on the same examples.
        base: the scorecard of the untrained base model.
        policy: the model's promotion policy.
        comparisons: paired comparisons; pairs without one are compared by the intervals of their scores.
        measures: the metrics table, which has the direction of each score, and the scores with targets.

    Raises:
        IncomparableScoresError: scores come from different snapshots, splits or extractors, or the version in
            production, or the base model, has no finite score to compare with.
    """
    cards = [candidate.scorecard for candidate in candidates]
    check_comparable(cards, champion.scorecard if champion else None, base, policy, measures.targets)
    bare = Candidate(0, 0, base, BASE) if base else None
    opponents = Opponents(champion, bare, policy, by_pair(comparisons), comparisons, measures)
    unfit = {c.version: found for c in candidates if (found := objection(c, opponents))}
    left = [c for c in candidates if c.version not in unfit]
    ranked = list({c.version: c for c in [*([champion] if champion else []), *left]}.values())
    order = places(ranked, opponents.evidence)
    beside = {c.version: found for c in left if (found := objection_beside_champion(c, opponents, order))}
    excluded = unfit | beside
    everyone = list({c.version: c for c in [*ranked, *candidates]}.values())
    contenders = [c for c in left if c.version not in beside]
    rules = {number: found.rule for number, found in excluded.items()}
    field = Field(everyone, ranked, contenders, Order(order, rules))
    return [excluded.get(c.version) or _place(c, field, opponents) for c in candidates]


def _place(candidate: Candidate, field: Field, opponents: Opponents) -> Decision:
    """Decide on a candidate that no rule excludes, by its place among all such candidates."""
    ours, champion, chosen = shown(candidate, opponents), opponents.champion, field.chosen
    if candidate is chosen:
        beaten = any(beats(c, candidate, opponents.evidence) for c in field.ranked)
        alone = "is the first of all versions in order" if beaten else "no other version clearly beats"
        alone = f"which {alone}, and nothing was in production"
        above = f"clearly better than {other(champion, opponents)} in production" if champion else alone
        rest = sorted((c for c in field.everyone if c is not chosen), key=lambda c: (c.step, c.version))
        promoted = decision(candidate, Verdict.PROMOTE, "better" if champion else "first", f"has {ours}, {above}")
        return replace(promoted, reason=promoted.reason + why_not(chosen, rest, field.order, opponents))
    if field.order.places[candidate.version] != field.order.places[chosen.version]:
        ahead = first([c for c in field.ranked if beats(c, candidate, opponents.evidence)], field.order.places)
        return decision(candidate, Verdict.HOLD, "best", f"has {ours}, behind {other(ahead, opponents)}")
    apart = difference(opponents.policy.primary[0], candidate, chosen, opponents.pairs, opponents.metrics)
    found = f"has {ours}, tied with {other(chosen, opponents)}, which is earlier"
    return decision(candidate, Verdict.HOLD, "tie", found + enough(apart))
