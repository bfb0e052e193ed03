"""Core: the promotion policy, a pure function from scores and comparisons to decisions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isfinite

from components.core.comparable import check_comparable
from components.core.config import PromotionPolicy
from components.core.differences import Pairs, by_pair, deciding_n_within_margin, difference, gain, in_slices, is_number
from components.core.metric_table import METRICS, Metrics
from components.core.records import BASE, Candidate, Comparison, Decision, Score, Scorecard, Verdict


@dataclass(frozen=True, slots=True)
class Opponents:
    """What each candidate is compared with, and how."""

    champion: Candidate | None  # the version in production
    base: Candidate | None  # the untrained base model, if it was scored
    policy: PromotionPolicy
    pairs: Pairs
    comparisons: Sequence[Comparison]
    metrics: Metrics


def decide(
    candidates: Sequence[Candidate],
    champion: Candidate | None,
    base: Scorecard | None,
    policy: PromotionPolicy,
    comparisons: Sequence[Comparison] = (),
    metrics: Metrics = METRICS,
) -> list[Decision]:
    """Return one decision per candidate, in their order. At most one is PROMOTE.

    One version beats another if the 95 % interval of their difference excludes 0 in its favour, on the first primary
    score whose interval excludes 0; otherwise they are tied. The first rule that fires decides:

        missing-score   REJECT   a score that the policy names is missing, or is not a finite number
        too-few         HOLD     such a score was measured on too few examples to rank versions
        bound:<score>   REJECT   a bound is not met (a value on the bound meets it)
        base            REJECT   does not beat the untrained base model
        champion        HOLD     is the version in production
        margin:<score>  HOLD     may be worse than production by more than the margin (non-inferiority is not shown)
        slice:<score>   HOLD     is worse than production on a slice, clearly and by more than the margin for slices
        not-better      HOLD     does not beat the version in production
        slice:<score>   HOLD     the policy has a margin for slices, but no slice was compared with production
        first, better   PROMOTE  the earliest version that no other beats; `first` if nothing was in production
        tie, best       HOLD     tied with the promoted one, which is earlier, or beaten by another

    Args:
        candidates: the versions to decide on.
        champion: the version in production, scored on the same examples.
        base: the scorecard of the untrained base model.
        policy: the model's promotion policy.
        comparisons: paired comparisons; pairs without one are compared by the intervals of their scores.
        metrics: the metrics table, which has the direction of each score.

    Raises:
        IncomparableScoresError: scores come from different snapshots, splits or extractors, or the version in
            production, or the base model, has no finite score to compare with.
    """
    check_comparable([c.scorecard for c in candidates], champion.scorecard if champion else None, base, policy)
    bare = Candidate(0, 0, base, BASE) if base else None
    opponents = Opponents(champion, bare, policy, by_pair(comparisons), comparisons, metrics)
    ruled_out = {c.version: d for c in candidates if (d := next(_objections(c, opponents), None))}
    contenders = [c for c in candidates if c.version not in ruled_out]
    return [ruled_out.get(c.version) or _place(c, contenders, opponents) for c in candidates]


def _objections(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    """Yield the decisions against a candidate, in the order of the rules. Lazily: later rules rely on earlier ones."""
    bare = (_not_measured, _out_of_bounds, _no_better_than_base)
    beside_champion = (_champion, _worse, _worse_in_part, _not_better, _not_compared_in_part)
    return chain.from_iterable(rule(candidate, opponents) for rule in bare + beside_champion)


def _not_measured(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    scores, policy = candidate.scorecard.scores, opponents.policy
    for name in policy.scores:
        if not is_number(scores.get(name)):
            found = f"a {name} that is not a number" if name in scores else f"no {name}"
            yield _decision(candidate, Verdict.REJECT, "missing-score", f"has {found}: evaluate it again")
        elif not scores[name].honest or scores[name].n < policy.smallest_n:
            enough = max(policy.smallest_n, scores[name].smallest_n)
            act = f", {enough:,} would do: evaluate it on as many" if enough > scores[name].n else ""
            found = f"has a {name} of only {scores[name].n} examples, too few to rank{act}"
            yield _decision(candidate, Verdict.HOLD, "too-few", found)


def _out_of_bounds(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    scores, policy = candidate.scorecard.scores, opponents.policy
    low = [(name, bound, "at least") for name, bound in policy.at_least.items() if scores[name].value < bound]
    high = [(name, bound, "at most") for name, bound in policy.at_most.items() if scores[name].value > bound]
    for name, bound, limit in low + high:
        found = f"has {name} {scores[name].value:.4g}, {limit} {bound:g} is required"
        yield _decision(candidate, Verdict.REJECT, f"bound:{name}", found)


def _no_better_than_base(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    base, policy = opponents.base, opponents.policy
    if not (base and policy.beat_base and policy.primary[0] in base.scorecard.scores):
        return
    if not _beats(candidate, base, opponents):
        theirs = base.scorecard.scores[policy.primary[0]].value
        found = f"has {_shown(candidate, opponents)}, not clearly better than the base model's {theirs:.4g}"
        yield _decision(candidate, Verdict.REJECT, "base", found)


def _champion(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    if opponents.champion and candidate.version == opponents.champion.version:
        yield _decision(candidate, Verdict.HOLD, "champion", f"is in production, with {_shown(candidate, opponents)}")


def _worse(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    champion = opponents.champion
    if champion is None:
        return
    for name, margin in opponents.policy.margins.items():
        apart = difference(name, candidate, champion, opponents.pairs, opponents.metrics)
        _, worst, _ = gain(apart, opponents.metrics)
        if not worst >= -margin:  # also true for NaN
            loss = f"{-worst:.4g}" if isfinite(worst) else "any amount"
            found = f"may have a {name} worse than production by {loss}, at most {margin:g} is tolerated"
            yield _decision(
                candidate, Verdict.HOLD, f"margin:{name}", found + _enough_within(apart, margin, opponents.metrics)
            )


def _worse_in_part(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    champion, margins = opponents.champion, opponents.policy.slices
    if champion is None:
        return
    for apart in chain.from_iterable(in_slices(name, candidate, champion, opponents.comparisons) for name in margins):
        measured, _, best = gain(apart, opponents.metrics)
        margin = margins[apart.metric]
        if best < 0 and measured < -margin:
            found = (
                f"is worse than production on {apart.part} ({apart.metric} by {-measured:.4g}, {margin:g} is tolerated)"
            )
            yield _decision(candidate, Verdict.HOLD, f"slice:{apart.metric}", found)


def _not_better(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    champion = opponents.champion
    if champion and not _beats(candidate, champion, opponents):
        found = (
            f"has {_shown(candidate, opponents)}, not clearly better than {_other(champion, opponents)} in production"
        )
        apart = difference(opponents.policy.primary[0], candidate, champion, opponents.pairs, opponents.metrics)
        yield _decision(candidate, Verdict.HOLD, "not-better", found + _enough(apart))


def _not_compared_in_part(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    champion = opponents.champion
    if champion is None:
        return
    for name in opponents.policy.slices:
        if not in_slices(name, candidate, champion, opponents.comparisons):
            found = f"has no slice compared by {name} with version {champion.version} in production, expected some: "
            act = "evaluate it again; if all have too few examples, raise promote.smallest_n or drop promote.slices"
            yield _decision(candidate, Verdict.HOLD, f"slice:{name}", found + act)


def _place(candidate: Candidate, contenders: Sequence[Candidate], opponents: Opponents) -> Decision:
    """Decide on a candidate that no rule excludes, by comparing it with the other such candidates."""
    ours, champion = _shown(candidate, opponents), opponents.champion
    chosen = _choose(contenders, opponents)
    beating = [c for c in contenders if _beats(c, candidate, opponents)]
    if candidate.version == chosen.version and champion:
        found = f"has {ours}, clearly better than {_other(champion, opponents)} in production"
        return _decision(candidate, Verdict.PROMOTE, "better", found)
    if candidate.version == chosen.version:
        who = "no unbeaten version" if beating else "no other version"
        found = f"has {ours}, which {who} clearly beats, and nothing was in production"
        return _decision(candidate, Verdict.PROMOTE, "first", found)
    if beating:
        found = f"has {ours}, behind {_other(_choose(beating, opponents), opponents)}"
        return _decision(candidate, Verdict.HOLD, "best", found)
    apart = difference(opponents.policy.primary[0], candidate, chosen, opponents.pairs, opponents.metrics)
    found = f"has {ours}, tied with {_other(chosen, opponents)}, which is earlier"
    return _decision(candidate, Verdict.HOLD, "tie", found + _enough(apart))


def _choose(contenders: Sequence[Candidate], opponents: Opponents) -> Candidate:
    """Return the earliest of the versions that the fewest others beat, by one primary score after the other.

    Usually no version beats the chosen one. Paired comparisons can form a circle, in which every version is beaten.
    """
    rest = list(contenders)
    for name in opponents.policy.primary:
        beaten = [sum(_is_better(name, other, c, opponents) for other in rest) for c in rest]
        rest = [c for c, times in zip(rest, beaten, strict=True) if times == min(beaten)]
    return min(rest, key=lambda c: (c.step, c.version))


def _beats(ours: Candidate, theirs: Candidate, opponents: Opponents) -> bool:
    """Return whether ours is clearly better on the first primary score on which the two are not tied."""
    for name in opponents.policy.primary:
        if _is_better(name, ours, theirs, opponents):
            return True
        if _is_better(name, theirs, ours, opponents):
            return False
    return False


def _is_better(name: str, ours: Candidate, theirs: Candidate, opponents: Opponents) -> bool:
    if not {name} <= ours.scorecard.scores.keys() & theirs.scorecard.scores.keys():
        return False  # a recipe may measure fewer scores on the base model
    return gain(difference(name, ours, theirs, opponents.pairs, opponents.metrics), opponents.metrics)[1] > 0


def _primary(candidate: Candidate, opponents: Opponents) -> Score:
    return candidate.scorecard.scores[opponents.policy.primary[0]]


def _shown(candidate: Candidate, opponents: Opponents) -> str:
    score = _primary(candidate, opponents)
    return f"{opponents.policy.primary[0]} {score.value:.4g} ({score.low:.4g} to {score.high:.4g})"


def _other(candidate: Candidate, opponents: Opponents) -> str:
    return f"version {candidate.version} (step {candidate.step}, {_primary(candidate, opponents).value:.4g})"


def _enough(apart: Comparison) -> str:
    """Return the note on how many examples would decide, or an empty text if the number is out of reach."""
    return "" if apart.decided else _would_decide(apart.enough, apart)


def _enough_within(apart: Comparison, margin: float, metrics: Metrics) -> str:
    """Return the note on how many examples would show that the loss is within the margin, if it is."""
    loss = -gain(apart, metrics)[0]
    if loss >= margin:
        return f" (it is worse by {loss:.4g} as measured, so more examples would not help)"
    return _would_decide(deciding_n_within_margin(apart, margin, metrics), apart)


def _would_decide(enough: int | None, apart: Comparison) -> str:
    return f" (about {enough:,} examples of each would decide it)" if enough and enough > apart.n else ""


def _decision(candidate: Candidate, verdict: Verdict, rule: str, found: str) -> Decision:
    return Decision(candidate.version, verdict, rule, f"Version {candidate.version} (step {candidate.step}) {found}.")
