"""Core: the promotion policy, a pure function from scorecards to decisions. It can be read in two minutes."""

from collections.abc import Iterator, Sequence
from itertools import chain

from components.core.comparable import check_comparable, is_number
from components.core.config import PromotionPolicy
from components.core.records import Candidate, Decision, Score, Scorecard, Verdict
from components.metrics import METRICS


def decide(
    candidates: Sequence[Candidate], champion: Candidate | None, base: Scorecard | None, policy: PromotionPolicy
) -> list[Decision]:
    """Return one decision a candidate, in the order of the candidates; at most one of them is PROMOTE.

    One score beats another where the other's value lies outside its 95 % interval, on the worse side; two are tied
    where neither beats the other. The first rule that fires decides:

        missing-score  REJECT   a score that the policy names is missing, or is no number
        too-few        HOLD     such a score was measured on too few examples to rank anything
        bound:<score>  REJECT   a bound is not met (met exactly is met)
        base           REJECT   does not beat the untrained base model
        champion       HOLD     is the version in production
        not-better     HOLD     does not beat the version in production
        first, better  PROMOTE  the earliest step of those that no other beats; `first` where nothing was in production
        tie, best      HOLD     tied with the promoted one, which is earlier, or beaten by another

    Deciding again once the alias has moved promotes nothing: nothing that was left over beats what was promoted.

    Raises:
        IncomparableScoresError: scores come from different snapshots, splits or extractors, or the version in
            production, or the base model, has no number to compare with.
    """
    check_comparable([c.scorecard for c in candidates], champion.scorecard if champion else None, base, policy)
    ruled_out = {c.version: d for c in candidates if (d := next(_objections(c, champion, base, policy), None))}
    contenders = [c for c in candidates if c.version not in ruled_out]
    return [ruled_out.get(c.version) or _place(c, contenders, champion, policy) for c in candidates]


def _objections(
    candidate: Candidate, champion: Candidate | None, base: Scorecard | None, policy: PromotionPolicy
) -> Iterator[Decision]:
    """Yield what speaks against a candidate, gravest first. Lazily: a later rule counts on the earlier ones."""
    return chain(
        _not_measured(candidate, policy),
        _out_of_bounds(candidate, policy),
        _no_better_than_base(candidate, base, policy),
        _no_better_than_champion(candidate, champion, policy),
    )


def _not_measured(candidate: Candidate, policy: PromotionPolicy) -> Iterator[Decision]:
    scores = candidate.scorecard.scores
    for name in policy.scores:
        if not is_number(scores.get(name)):
            found = f"a {name} that is no number" if name in scores else f"no {name}"
            yield _decision(candidate, Verdict.REJECT, "missing-score", f"has {found}: evaluate it again")
    for name in policy.scores:
        if not scores[name].honest:
            found = f"has a {name} of only {scores[name].n} examples, too few to rank: evaluate it on more"
            yield _decision(candidate, Verdict.HOLD, "too-few", found)


def _out_of_bounds(candidate: Candidate, policy: PromotionPolicy) -> Iterator[Decision]:
    scores = candidate.scorecard.scores
    low = [(name, bound, "at least") for name, bound in policy.at_least.items() if scores[name].value < bound]
    high = [(name, bound, "at most") for name, bound in policy.at_most.items() if scores[name].value > bound]
    for name, bound, wanted in low + high:
        found = f"has {name} {scores[name].value:.4g}, {wanted} {bound:g} is asked"
        yield _decision(candidate, Verdict.REJECT, f"bound:{name}", found)


def _no_better_than_base(candidate: Candidate, base: Scorecard | None, policy: PromotionPolicy) -> Iterator[Decision]:
    theirs = base.scores.get(policy.primary) if base and policy.beat_base else None
    if theirs and not _beats(_primary(candidate, policy), theirs, policy):
        found = f"has {_shown(candidate, policy)}, not clearly better than the base model's {theirs.value:.4g}"
        yield _decision(candidate, Verdict.REJECT, "base", found)


def _no_better_than_champion(
    candidate: Candidate, champion: Candidate | None, policy: PromotionPolicy
) -> Iterator[Decision]:
    ours = _shown(candidate, policy)
    if champion and candidate.version == champion.version:
        yield _decision(candidate, Verdict.HOLD, "champion", f"is in production, with {ours}")
    elif champion and not _beats(_primary(candidate, policy), _primary(champion, policy), policy):
        found = f"has {ours}, not clearly better than {_other(champion, policy)} in production"
        yield _decision(candidate, Verdict.HOLD, "not-better", found)


def _place(
    candidate: Candidate, contenders: Sequence[Candidate], champion: Candidate | None, policy: PromotionPolicy
) -> Decision:
    """Judge a contender, against whom nothing speaks, by the other contenders."""
    ours = _shown(candidate, policy)
    beating = [c for c in contenders if _beats(_primary(c, policy), _primary(candidate, policy), policy)]
    if beating:
        found = f"has {ours}, behind {_other(_choose(beating, policy), policy)}"
        return _decision(candidate, Verdict.HOLD, "best", found)
    chosen = _choose(contenders, policy)
    if candidate.version != chosen.version:
        found = f"has {ours}, tied with {_other(chosen, policy)}, which is earlier"
        return _decision(candidate, Verdict.HOLD, "tie", found)
    if champion:
        found = f"has {ours}, clearly better than {_other(champion, policy)} in production"
        return _decision(candidate, Verdict.PROMOTE, "better", found)
    found = f"has {ours}, which no other version clearly beats, and nothing was in production"
    return _decision(candidate, Verdict.PROMOTE, "first", found)


def _choose(contenders: Sequence[Candidate], policy: PromotionPolicy) -> Candidate:
    """Return the earliest of those that no other beats. There is one: the best by value is among them."""
    scores = [_primary(c, policy) for c in contenders]
    unbeaten = [c for c in contenders if not any(_beats(other, _primary(c, policy), policy) for other in scores)]
    return min(unbeaten, key=lambda c: (c.step, c.version))


def _beats(ours: Score, theirs: Score, policy: PromotionPolicy) -> bool:
    """True where their value lies outside our interval, which may miss our own value, and is worse than it too."""
    if METRICS[policy.primary].better < 0:
        return theirs.value > max(ours.high, ours.value)
    return theirs.value < min(ours.low, ours.value)


def _primary(candidate: Candidate, policy: PromotionPolicy) -> Score:
    return candidate.scorecard.scores[policy.primary]


def _shown(candidate: Candidate, policy: PromotionPolicy) -> str:
    score = _primary(candidate, policy)
    return f"{policy.primary} {score.value:.4g} ({score.low:.4g} to {score.high:.4g})"


def _other(candidate: Candidate, policy: PromotionPolicy) -> str:
    return f"version {candidate.version} (step {candidate.step}, {_primary(candidate, policy).value:.4g})"


def _decision(candidate: Candidate, verdict: Verdict, rule: str, found: str) -> Decision:
    return Decision(candidate.version, verdict, rule, f"Version {candidate.version} (step {candidate.step}) {found}.")
