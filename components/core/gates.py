"""Core: the rules that exclude a version from promotion: its scores, the base model, the version in production."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from math import isfinite

from components.core.differences import difference, gain, in_slices, is_number
from components.core.ranking import Places, beats
from components.core.reasons import Opponents, decision, enough, enough_within, loss, other, shown
from components.core.records import Candidate, Decision, Verdict

Rule = Callable[[Candidate, Opponents], Iterator[Decision]]


def objection(candidate: Candidate, opponents: Opponents) -> Decision | None:
    """Return the decision of the first rule against a candidate that does not depend on the version in production."""
    return _first((_not_measured, _out_of_bounds, _no_better_than_base, _loses_to_base), candidate, opponents)


def objection_beside_champion(candidate: Candidate, opponents: Opponents, order: Places) -> Decision | None:
    """Return the decision of the first rule against a candidate beside the version in production, if there is one."""
    champion = opponents.champion
    if champion is None:
        return None
    if candidate.version == champion.version:
        return decision(candidate, Verdict.HOLD, "champion", f"is in production, with {shown(candidate, opponents)}")
    against = (_worse, _loses_to_champion, _worse_in_part, _not_better, _not_compared_in_part)
    return _first(against, candidate, opponents) or _behind(candidate, champion, opponents, order)


def _first(rules: Sequence[Rule], candidate: Candidate, opponents: Opponents) -> Decision | None:
    """Apply the rules one by one: later rules rely on earlier ones."""
    return next(chain.from_iterable(rule(candidate, opponents) for rule in rules), None)


def _not_measured(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    scores, policy = candidate.scorecard.scores, opponents.policy
    for name in policy.scores:
        if not is_number(scores.get(name)):
            found = f"a {name} that is not a number" if name in scores else f"no {name}"
            yield decision(candidate, Verdict.REJECT, "missing-score", f"has {found}: evaluate it again")
        elif not scores[name].honest or scores[name].n < policy.smallest_n:
            needed = max(policy.smallest_n, scores[name].smallest_n)
            act = f", {needed:,} would do: evaluate it on as many" if needed > scores[name].n else ""
            found = f"has a {name} of only {scores[name].n} examples, too few to rank{act}"
            yield decision(candidate, Verdict.HOLD, "too-few", found)


def _out_of_bounds(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    scores, policy = candidate.scorecard.scores, opponents.policy
    low = [(name, bound, "at least") for name, bound in policy.at_least.items() if scores[name].value < bound]
    high = [(name, bound, "at most") for name, bound in policy.at_most.items() if scores[name].value > bound]
    for name, bound, limit in low + high:
        found = f"has {name} {scores[name].value:.4g}, {limit} {bound:g} is required"
        yield decision(candidate, Verdict.REJECT, f"bound:{name}", found)


def _no_better_than_base(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    base, policy = opponents.base, opponents.policy
    if not (base and policy.beat_base and policy.primary[0] in base.scorecard.scores):
        return
    if not beats(candidate, base, opponents.evidence):
        theirs = base.scorecard.scores[policy.primary[0]].value
        found = f"has {shown(candidate, opponents)}, not clearly better than the base model's {theirs:.4g}"
        yield decision(candidate, Verdict.REJECT, "base", found)


def _loses_to_base(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    if opponents.base and opponents.policy.beat_base:
        for name, found in _losses(candidate, opponents.base, "the base model", opponents):
            yield decision(candidate, Verdict.REJECT, f"target:{name}", found)


def _loses_to_champion(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    champion = opponents.champion
    if champion:
        who = f"version {champion.version} ({champion.title}) in production"
        for name, found in _losses(candidate, champion, who, opponents):
            yield decision(candidate, Verdict.HOLD, f"target:{name}", found)


def _losses(candidate: Candidate, theirs: Candidate, who: str, opponents: Opponents) -> Iterator[tuple[str, str]]:
    """Yield each target in which a candidate is clearly worse, by more than is tolerated, and the sentence about it."""
    policy = opponents.policy
    for name in opponents.measures.targets:
        apart = opponents.apart(name, candidate, theirs)
        if apart is None:
            continue
        measured, _, best = gain(apart, opponents.metrics)
        value, reference = (c.scorecard.scores[name].value for c in (candidate, theirs))
        tolerated = policy.margins.get(name, policy.tolerated_loss * abs(reference))
        if best < 0 and measured < -tolerated:
            found = f"has {name} {value:.4g} and {who} {reference:.4g}: it is worse by {loss(apart, opponents.metrics)}"
            yield name, f"{found}, {tolerated:.3g} is tolerated"


def _worse(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    champion = opponents.champion
    if champion is None:
        return
    for name, margin in opponents.policy.margins.items():
        apart = difference(name, candidate, champion, opponents.pairs, opponents.metrics)
        _, worst, _ = gain(apart, opponents.metrics)
        if not worst >= -margin:  # also true for NaN
            most = f"{-worst:.4g}" if isfinite(worst) else "any amount"
            found = f"may have a {name} worse than production by {most}, at most {margin:g} is tolerated"
            more = enough_within(apart, margin, opponents.metrics)
            yield decision(candidate, Verdict.HOLD, f"margin:{name}", found + more)


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
            yield decision(candidate, Verdict.HOLD, f"slice:{apart.metric}", found)


def _not_better(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    champion = opponents.champion
    if champion and not beats(candidate, champion, opponents.evidence):
        found = f"has {shown(candidate, opponents)}, not clearly better than {other(champion, opponents)} in production"
        apart = difference(opponents.policy.primary[0], candidate, champion, opponents.pairs, opponents.metrics)
        yield decision(candidate, Verdict.HOLD, "not-better", found + enough(apart))


def _not_compared_in_part(candidate: Candidate, opponents: Opponents) -> Iterator[Decision]:
    champion = opponents.champion
    if champion is None:
        return
    for name in opponents.policy.slices:
        if not in_slices(name, candidate, champion, opponents.comparisons):
            found = f"has no slice compared by {name} with version {champion.version} in production, expected some: "
            act = "evaluate it again; if all have too few examples, raise promote.smallest_n or drop promote.slices"
            yield decision(candidate, Verdict.HOLD, f"slice:{name}", found + act)


def _behind(candidate: Candidate, champion: Candidate, opponents: Opponents, order: Places) -> Decision | None:
    """Return HOLD if promotions could go round: a version beats production one against one, but is not before it."""
    if order[candidate.version] < order[champion.version]:
        return None
    found = (
        f"beats {other(champion, opponents)} in production, but other versions beat it in turn: in the order of all "
    )
    return decision(candidate, Verdict.HOLD, "not-better", found + "versions it is not before production")
