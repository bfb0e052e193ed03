"""Tests: properties of the promotion policy for any scores, policy and version in production."""

import math
from itertools import combinations, product
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from components.core.config import PromotionPolicy
from components.core.differences import by_pair, difference, gain, in_slices, is_number
from components.core.metric_table import METRICS
from components.core.ranking import Evidence, is_better
from components.core.records import Candidate, Comparison, Decision, Score, Scorecard, Verdict
from components.core.selection import decide
from tests.components.core.test_selection import compared

# The arguments of `decide`, without a scorecard of the base model.
Situation = tuple[list[Candidate], Candidate | None, None, PromotionPolicy, list[Comparison]]

# Mostly valid, so that many situations have a version to promote and one in production.
mostly = st.sampled_from([True] * 9 + [False])
numbers = mostly.flatmap(lambda sound: st.floats(-5, 5) if sound else st.sampled_from([math.nan, math.inf, 0.0]))
scores = st.builds(
    lambda value, low, high, honest: Score(value, 100, value - low, value + high, honest=honest),
    value=numbers,
    low=st.floats(-0.5, 2),  # a bootstrapped interval may miss its own value
    high=st.floats(-0.5, 2),
    honest=mostly,
)
cards = st.builds(
    lambda kid, clip, there: Scorecard(
        "step", "s1", "validation", {"kid": kid} | ({"clip_score": clip} if there else {})
    ),
    kid=scores,
    clip=scores,
    there=mostly,
)
policies = st.builds(
    PromotionPolicy,
    primary=st.sampled_from(["kid", "clip_score", ("kid", "clip_score")]),
    at_least=st.dictionaries(st.just("clip_score"), st.floats(-1, 1)),
    at_most=st.dictionaries(st.just("kid"), st.floats(-1, 5)),
    margins=st.dictionaries(st.sampled_from(["kid", "clip_score"]), st.floats(0, 8)),
    slices=st.dictionaries(st.just("clip_score"), st.floats(0, 2)),
)


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    steps = draw(st.lists(st.integers(1, 4), max_size=5))
    candidates = [Candidate(number, step, draw(cards), f"weights-{number}") for number, step in enumerate(steps, 1)]
    policy = draw(policies)
    names = (*policy.primary, *policy.margins)
    usable = [c for c in candidates if all(is_number(c.scorecard.scores.get(name)) for name in names)]
    pairs = product(["kid", "clip_score"], combinations(range(1, len(steps) + 1), 2), ["", "colour=white"])
    comparisons = [
        compared(metric, *pair, draw(st.floats(-5, 5)), draw(st.floats(0, 2)), part)
        for metric, pair, part in pairs
        if draw(mostly if part else st.booleans())
    ]
    champion = draw(st.sampled_from(usable) | st.none()) if usable else None
    return candidates, champion, None, policy, comparisons


def promoted(decisions: list[Decision]) -> list[int]:
    return [d.version for d in decisions if d.verdict is Verdict.PROMOTE]


@given(situations())
def test_at_most_one_version_is_promoted_and_each_gets_a_decision(
    situation: Situation,
) -> None:
    candidates, decisions = situation[0], decide(*situation)
    assert [d.version for d in decisions] == [c.version for c in candidates]
    assert len(promoted(decisions)) <= 1


@given(situations(), st.randoms(use_true_random=False))
def test_the_order_of_the_candidates_does_not_matter(situation: Situation, random: Random) -> None:
    candidates, *rest = situation
    shuffled = list(candidates)
    random.shuffle(shuffled)
    before, after = decide(*situation), decide(shuffled, *rest)
    assert sorted(before, key=lambda d: d.version) == sorted(after, key=lambda d: d.version)


@given(situations())
def test_a_promoted_version_meets_every_bound_with_finite_scores(
    situation: Situation,
) -> None:
    candidates, _, _, policy, _ = situation
    for number in promoted(decide(*situation)):
        found = next(c.scorecard.scores for c in candidates if c.version == number)
        assert all(found[name].value >= bound for name, bound in policy.at_least.items())
        assert all(found[name].value <= bound for name, bound in policy.at_most.items())
        assert all(math.isfinite(found[name].value) and found[name].honest for name in policy.scores)


@given(situations())
def test_a_version_that_replaces_production_keeps_the_margins_and_was_compared_on_slices(
    situation: Situation,
) -> None:
    candidates, champion, _, policy, comparisons = situation
    for new in (c for c in candidates if champion and c.version in promoted(decide(*situation))):
        assert champion
        assert new.version != champion.version
        for name, margin in policy.margins.items():
            assert gain(difference(name, new, champion, by_pair(comparisons)))[1] >= -margin
        for name, margin in policy.slices.items():
            slices = in_slices(name, new, champion, comparisons)
            assert slices
            assert all(found >= -margin or best >= 0 for found, _, best in map(gain, slices))


@given(situations())
def test_promoting_again_and_again_never_returns_to_an_earlier_version(situation: Situation) -> None:
    """With several primary scores and paired comparisons too, which can form a circle."""
    candidates, champion, _, policy, comparisons = situation
    policy = policy.model_copy(update={"primary": ("kid", "clip_score"), "margins": {}, "slices": {}})
    champion = champion if champion and is_number(champion.scorecard.scores.get("clip_score")) else None
    seen = [champion.version] if champion else []
    while found := promoted(decide(candidates, champion, None, policy, comparisons)):
        assert found[0] not in seen
        seen.append(found[0])
        champion = next(c for c in candidates if c.version == found[0])


@given(situations())
def test_no_version_of_equal_standing_is_clearly_better_than_the_promoted_one_on_the_first_score(
    situation: Situation,
) -> None:
    candidates, _, _, policy, comparisons = situation
    decisions = decide(*situation)
    evidence = Evidence(policy.primary, by_pair(comparisons), METRICS)
    rivals = [c for c, d in zip(candidates, decisions, strict=True) if d.rule in {"tie", "best"}]
    for chosen in (c for c in candidates if c.version in promoted(decisions)):
        assert not any(is_better(policy.primary[0], c, chosen, evidence) for c in rivals)


@given(situations())
def test_by_one_score_and_its_intervals_deciding_again_after_a_promotion_promotes_nothing(
    situation: Situation,
) -> None:
    """It does not hold with margins, which move with production, or with paired comparisons, which can be circular."""
    candidates, champion, _, policy, _ = situation
    plain = policy.model_copy(update={"primary": policy.primary[:1], "margins": {}, "slices": {}})
    for number in promoted(decide(candidates, champion, None, plain)):
        now = next(c for c in candidates if c.version == number)
        assert promoted(decide(candidates, now, None, plain)) == []
