"""Tests: no version that has clearly lost what the base model or production could do is promoted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.config import PromotionPolicy
from components.core.metric_table import METRICS, Measures
from components.core.records import BASE, Candidate, Comparison, Decision, Score, Scorecard
from components.core.selection import decide

TARGETS = Measures(METRICS, ("white_background", "fid", "clip_score", "attribute_agreement"))
POLICY = PromotionPolicy(primary=("kid", "attribute_agreement"), at_least={"clip_score": 0.25})


def around(value: float, half: float, n: int = 256) -> Score:
    return Score(value, n, value - half, value + half)


def shoes(number: int, kid: float, agreement: float, clip: float = 0.9, **more: Score) -> Candidate:
    """Return a version with scores as wide as those of 256 pictures; version 0 is the base model."""
    found = {"kid": around(kid, 0.2), "attribute_agreement": around(agreement, 0.05), "clip_score": around(clip, 0.02)}
    card = Scorecard(f"step-{number * 150}" if number else BASE, "s1", "validation", {**found, **more})
    return Candidate(number, number * 150, card, f"w{number}" if number else BASE)


def pair(metric: str, ours: int, theirs: int, gap: float, low: float, high: float) -> Comparison:
    names = [f"w{number}" if number else BASE for number in (ours, theirs)]
    return Comparison(metric, *names, gap, low, high, 0.5, 256, 1000, "confidence sequence")


BARE = shoes(0, 3.07, 0.84)


def verdict(decisions: list[Decision], version: int = 2) -> tuple[str, str]:
    return next((str(d.verdict), d.rule) for d in decisions if d.version == version)


def test_a_first_version_that_obeys_its_prompts_less_than_the_base_model_is_refused_however_good_its_first_score() -> (
    None
):
    """Figures of a run on a real catalogue: KID 3.07 to 0.39, attribute agreement 84 % to 73 %."""
    apart = pair("attribute_agreement", 2, 0, -0.11, -0.185, -0.035)
    (found,) = decide([shoes(2, 0.39, 0.73)], None, BARE.scorecard, POLICY, [apart], TARGETS)
    assert (found.verdict, found.rule) == ("REJECT", "target:attribute_agreement")
    assert found.reason == (
        "Version 2 (step 300) has attribute_agreement 0.73 and the base model 0.84: it is worse by 0.11 (95 % interval "
        "0.035 to 0.185, in pairs), 0.084 is tolerated."
    )


def test_the_version_after_it_is_promoted_if_it_keeps_what_the_base_model_can_do() -> None:
    candidates = [shoes(2, 0.39, 0.73), shoes(3, 0.6, 0.85)]
    decisions = decide(candidates, None, BARE.scorecard, POLICY, (), TARGETS)
    assert verdict(decisions, 2) == ("REJECT", "target:attribute_agreement")
    assert verdict(decisions, 3) == ("PROMOTE", "first")


def test_a_run_whose_first_version_lost_in_the_score_of_pictures_and_prompts_is_refused() -> None:
    one_score = PromotionPolicy(primary="kid")
    bare = shoes(0, 3.7, 0.84, clip=0.488)
    apart = pair("clip_score", 1, 0, -0.122, -0.175, -0.069)
    found = decide([shoes(1, 0.2, 0.84, clip=0.366)], None, bare.scorecard, one_score, [apart], TARGETS)
    assert verdict(found, 1) == ("REJECT", "target:clip_score")
    assert "worse by 0.122 (95 % interval 0.069 to 0.175, in pairs)" in found[0].reason


def test_without_pairs_the_two_intervals_are_compared_and_the_sentence_says_so() -> None:
    (found,) = decide([shoes(2, 0.39, 0.73)], None, BARE.scorecard, POLICY, (), TARGETS)
    assert "(95 % interval 0.03929 to 0.1807, by the two intervals)" in found.reason


@pytest.mark.parametrize(
    ("gap", "low", "high", "refused"),
    [
        (-0.11, -0.18, -0.04, True),
        (-0.11, -0.23, 0.01, False),  # it may be chance
        (-0.08, -0.09, -0.07, False),  # certain, but less than a tenth of 84 %
        (-0.085, -0.09, -0.08, True),
        (0.11, 0.04, 0.18, False),  # a gain
    ],
)
def test_a_loss_counts_if_it_is_decided_and_larger_than_tolerated(
    gap: float, low: float, high: float, refused: bool
) -> None:
    apart = pair("attribute_agreement", 2, 0, gap, low, high)
    found = decide([shoes(2, 0.39, 0.84 + gap)], None, BARE.scorecard, POLICY, [apart], TARGETS)
    assert verdict(found) == (("REJECT", "target:attribute_agreement") if refused else ("PROMOTE", "first"))


def test_lower_is_better_for_some_targets() -> None:
    bare = shoes(0, 3.07, 0.84, fid=around(50, 1))
    found = decide([shoes(2, 0.39, 0.84, fid=around(60, 1))], None, bare.scorecard, POLICY, (), TARGETS)
    assert verdict(found) == ("REJECT", "target:fid")
    assert "has fid 60 and the base model 50: it is worse by 10" in found[0].reason
    better = decide([shoes(2, 0.39, 0.84, fid=around(2, 1))], None, bare.scorecard, POLICY, (), TARGETS)
    assert verdict(better) == ("PROMOTE", "first")


def test_a_loss_to_the_version_in_production_holds_a_version() -> None:
    champion, new = shoes(1, 0.9, 0.95), shoes(2, 0.39, 0.84)
    found = decide([new], champion, shoes(0, 3.07, 0.84).scorecard, POLICY, (), TARGETS)
    assert verdict(found) == ("HOLD", "target:attribute_agreement")
    assert "and version 1 (step 150) in production 0.95: it is worse by 0.11" in found[0].reason


def test_a_score_without_a_target_counts_for_nothing_here() -> None:
    found = decide([shoes(2, 0.39, 0.73)], None, BARE.scorecard, POLICY, (), Measures(METRICS, ("fid",)))
    assert verdict(found) == ("PROMOTE", "first")


@pytest.mark.parametrize(
    "policy",
    [
        POLICY.model_copy(update={"tolerated_loss": 0.2}),
        POLICY.model_copy(update={"margins": {"attribute_agreement": 0.12}}),
        POLICY.model_copy(update={"beat_base": False}),
    ],
    ids=["a larger share", "a margin of its own", "without the base model"],
)
def test_a_policy_can_tolerate_more(policy: PromotionPolicy) -> None:
    assert verdict(decide([shoes(2, 0.39, 0.73)], None, BARE.scorecard, policy, (), TARGETS)) == ("PROMOTE", "first")


def test_a_policy_can_tolerate_nothing() -> None:
    apart = pair("attribute_agreement", 2, 0, -0.01, -0.015, -0.005)
    strict = POLICY.model_copy(update={"tolerated_loss": 0.0})
    for policy, rule in ((POLICY, "first"), (strict, "target:attribute_agreement")):
        found = decide([shoes(2, 0.39, 0.83)], None, BARE.scorecard, policy, [apart], TARGETS)
        assert verdict(found)[1] == rule


@pytest.mark.parametrize("which", ["ours", "theirs"])
def test_a_target_that_cannot_rank_or_was_not_measured_excludes_nobody(which: str) -> None:
    few = replace(around(60, 1), honest=False)
    for ours, theirs in ((few, around(50, 1)), (None, around(50, 1))):
        mine, its = (ours, theirs) if which == "ours" else (theirs and around(60, 1), ours)
        new = shoes(2, 0.39, 0.84, **({"fid": mine} if mine else {}))
        bare = shoes(0, 3.07, 0.84, **({"fid": its} if its else {}))
        assert verdict(decide([new], None, bare.scorecard, POLICY, (), TARGETS)) == ("PROMOTE", "first")


@given(st.floats(0.3, 1), st.floats(0.3, 1), st.floats(0.001, 0.2), st.floats(0, 0.5))
def test_nothing_promoted_has_clearly_lost_more_than_is_tolerated(
    ours: float, theirs: float, half: float, share: float
) -> None:
    policy = POLICY.model_copy(update={"tolerated_loss": share})
    apart = pair("attribute_agreement", 2, 0, ours - theirs, ours - theirs - half, ours - theirs + half)
    found = decide([shoes(2, 0.39, ours)], None, shoes(0, 3.07, theirs).scorecard, policy, [apart], TARGETS)
    lost = theirs - ours > half and theirs - ours > share * theirs
    assert verdict(found) == (("REJECT", "target:attribute_agreement") if lost else ("PROMOTE", "first"))
