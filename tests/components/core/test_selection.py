"""Tests: the promotion policy, rule by rule. Properties for any scores are in test_selection_properties.py."""

import math
from dataclasses import replace

import pytest

from components.core.config import PromotionPolicy
from components.core.errors import IncomparableScoresError
from components.core.records import BASE, Candidate, Comparison, Decision, Score, Scorecard, Verdict
from components.core.selection import decide

KID = PromotionPolicy(primary="kid", at_least={"clip_score": 0.25})
ACCURACY = PromotionPolicy(primary="accuracy")


def score(value: float, half: float = 1.0, extractor: str = "", honest: bool = True) -> Score:
    return Score(value, 100, value - half, value + half, extractor=extractor, honest=honest)


def card(kid: float, clip: float = 0.3, half: float = 1.0, subject: str = "step") -> Scorecard:
    return Scorecard(subject, "s1", "validation", {"kid": score(kid, half), "clip_score": score(clip, 0.01)})


def version(number: int, kid: float, clip: float = 0.3, half: float = 1.0, step: int | None = None) -> Candidate:
    return Candidate(number, number * 100 if step is None else step, card(kid, clip, half))


def with_scores(candidate: Candidate, **scores: Score) -> Candidate:
    return replace(candidate, scorecard=replace(candidate.scorecard, scores=scores))


def verdicts_of(decisions: list[Decision]) -> list[tuple[int, str, str]]:
    return [(d.version, str(d.verdict), d.rule) for d in decisions]


def only(candidate: Candidate, policy: PromotionPolicy = KID, base: Scorecard | None = None) -> tuple[int, str, str]:
    return verdicts_of(decide([candidate], None, base, policy))[0]


def test_without_candidates_there_is_nothing_to_decide() -> None:
    assert decide([], None, None, KID) == []


def test_without_a_champion_the_best_version_is_promoted() -> None:
    decisions = decide([version(1, 9), version(2, 5), version(3, 7)], None, None, KID)
    assert verdicts_of(decisions) == [(1, "HOLD", "best"), (2, "PROMOTE", "first"), (3, "HOLD", "best")]
    assert decisions[1].reason.startswith("Version 2 (step 200) has kid 5 (4 to 6), ")
    assert decisions[0].reason == "Version 1 (step 100) has kid 9 (8 to 10), behind version 2 (step 200, 5)."


def test_for_some_scores_higher_is_better() -> None:
    low, high = (with_scores(version(n, 0), accuracy=score(v, 0.1)) for n, v in ((1, 0.4), (2, 0.9)))
    assert verdicts_of(decide([low, high], None, None, ACCURACY)) == [(1, "HOLD", "best"), (2, "PROMOTE", "first")]
    assert verdicts_of(decide([low], high, None, ACCURACY)) == [(1, "HOLD", "not-better")]
    assert verdicts_of(decide([high], low, None, ACCURACY)) == [(2, "PROMOTE", "better")]


def test_a_tie_goes_to_the_earlier_step_whatever_the_version_number() -> None:
    decisions = decide([version(1, 5, step=900), version(2, 5.5, step=300)], None, None, KID)
    assert verdicts_of(decisions) == [(1, "HOLD", "tie"), (2, "PROMOTE", "first")]
    assert decisions[0].reason.endswith(
        "tied with version 2 (step 300, 5.5), which is earlier (about 800 examples of each would decide it)."
    )


def test_a_tie_in_step_too_goes_to_the_earlier_version() -> None:
    assert verdicts_of(decide([version(2, 5, step=1), version(1, 5, step=1)], None, None, KID))[1] == (
        1,
        "PROMOTE",
        "first",
    )


def test_a_version_tied_with_the_best_but_beaten_by_another_is_not_chosen() -> None:
    vague_best, sharp, early = version(3, 5, half=3), version(2, 5.5, half=0.1), version(1, 7)
    decisions = decide([early, sharp, vague_best], None, None, KID)
    assert verdicts_of(decisions) == [(1, "HOLD", "best"), (2, "PROMOTE", "first"), (3, "HOLD", "tie")]


def test_a_version_with_equal_scores_does_not_replace_production() -> None:
    decisions = decide([version(2, 5)], version(1, 5), None, KID)
    assert verdicts_of(decisions) == [(2, "HOLD", "not-better")]
    assert decisions[0].reason.endswith(
        "not clearly better than version 1 (step 100, 5) in production (equal for practical purposes: the difference "
        "is at most 1.4)."
    )


def test_a_difference_on_the_edge_of_its_interval_is_a_tie() -> None:
    champion = version(1, 5, half=4)  # half widths of 3 and 4 make one of 5 for the difference
    assert verdicts_of(decide([version(2, 0, half=3)], champion, None, KID)) == [(2, "HOLD", "not-better")]
    assert verdicts_of(decide([version(2, -0.01, half=3)], champion, None, KID)) == [(2, "PROMOTE", "better")]


def test_a_worse_version_does_not_replace_production() -> None:
    assert verdicts_of(decide([version(2, 50)], version(1, 5), None, KID)) == [(2, "HOLD", "not-better")]


def test_the_champion_among_the_candidates_is_held_as_the_champion() -> None:
    old, new, worse = version(1, 9), version(2, 5), version(3, 12)
    assert verdicts_of(decide([old, worse], old, None, KID)) == [(1, "HOLD", "champion"), (3, "HOLD", "not-better")]
    decisions = decide([old, new, worse], old, None, KID)
    assert verdicts_of(decisions) == [(1, "HOLD", "champion"), (2, "PROMOTE", "better"), (3, "HOLD", "not-better")]


def test_an_early_version_tied_with_the_best_does_not_hide_one_that_beats_production() -> None:
    early, best, champion = version(2, 4.5), version(3, 3.5), version(1, 5)
    assert verdicts_of(decide([early, best], champion, None, KID)) == [
        (2, "HOLD", "not-better"),
        (3, "PROMOTE", "better"),
    ]


@pytest.mark.parametrize("broken", [math.nan, math.inf, -math.inf])
def test_a_version_whose_score_is_not_a_number_is_never_promoted(broken: float) -> None:
    bad = with_scores(version(1, 0), kid=score(broken), clip_score=score(0.3, 0.01))
    assert only(bad) == (1, "REJECT", "missing-score")
    assert verdicts_of(decide([bad, version(2, 5)], None, None, KID))[1] == (2, "PROMOTE", "first")


def test_a_version_whose_score_has_no_interval_is_never_promoted() -> None:
    bad = with_scores(version(1, 0), kid=Score(5, 100, math.nan, math.nan), clip_score=score(0.3, 0.01))
    assert only(bad) == (1, "REJECT", "missing-score")


def test_a_missing_score_is_named_even_if_only_a_bound_needs_it() -> None:
    decision = decide([with_scores(version(1, 0), kid=score(5))], None, None, KID)[0]
    assert (decision.verdict, decision.rule) == (Verdict.REJECT, "missing-score")
    assert decision.reason == "Version 1 (step 100) has no clip_score: evaluate it again."


def test_too_few_examples_rank_nothing() -> None:
    few = with_scores(version(1, 0), kid=score(5, honest=False), clip_score=score(0.3, 0.01))
    assert only(few) == (1, "HOLD", "too-few")


def test_a_bound_met_exactly_is_met() -> None:
    both = PromotionPolicy(primary="kid", at_least={"clip_score": 0.25}, at_most={"kid": 5})
    assert only(version(1, 5, clip=0.25), both) == (1, "PROMOTE", "first")
    assert only(version(1, 5, clip=0.2499), both) == (1, "REJECT", "bound:clip_score")
    assert only(version(1, 5.01, clip=0.25), both) == (1, "REJECT", "bound:kid")


def test_the_reason_of_a_bound_has_the_value_and_the_bound() -> None:
    decision = decide([version(1, 5, clip=0.2)], None, None, KID)[0]
    assert decision.reason == "Version 1 (step 100) has clip_score 0.2, at least 0.25 is required."


def test_a_version_that_does_not_beat_the_base_model_is_rejected() -> None:
    base = card(5, subject=BASE)
    assert only(version(1, 4.5), base=base) == (1, "REJECT", "base")
    assert only(version(1, 9), base=base) == (1, "REJECT", "base")
    assert only(version(1, 3), base=base) == (1, "PROMOTE", "first")


def test_the_base_model_is_ignored_if_the_policy_says_so_or_it_was_not_scored() -> None:
    lenient = KID.model_copy(update={"beat_base": False})
    assert only(version(1, 9), lenient, base=card(5, subject=BASE)) == (1, "PROMOTE", "first")
    assert only(version(1, 9), base=Scorecard(BASE, "s1", "validation", {})) == (1, "PROMOTE", "first")


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (replace(card(5), snapshot="s2"), "snapshot s1, validation; snapshot s2, validation"),
        (replace(card(5), split="test"), "snapshot s1, test; snapshot s1, validation"),
        (
            replace(card(5), scores={"kid": score(5, extractor="inception@1")}),
            r"kid scores come from .*inception@1, none",
        ),
        (replace(card(5), scores={}), "has no kid"),
        (replace(card(5), scores={"kid": score(math.nan)}), "has nan as its kid"),
    ],
    ids=["snapshot", "split", "extractor", "no score", "no number"],
)
def test_scores_that_cannot_be_compared_with_production_are_an_error(other: Scorecard, said: str) -> None:
    with pytest.raises(IncomparableScoresError, match=said):
        decide([version(1, 4)], Candidate(2, 200, other), None, KID)


@pytest.mark.parametrize(
    ("theirs", "said"),
    [({}, "has no fid, expected a number"), ({"fid": score(math.nan)}, "has nan as its fid, expected a number")],
    ids=["no score", "no number"],
)
def test_a_champion_without_a_score_that_a_margin_needs_is_an_error(theirs: dict[str, Score], said: str) -> None:
    careful = PromotionPolicy(primary="kid", margins={"fid": 1})
    new, champion = with_scores(version(2, 0), kid=score(1), fid=score(500)), with_scores(version(1, 0), kid=score(9))
    current = with_scores(champion, kid=score(9), **theirs)
    with pytest.raises(IncomparableScoresError, match=said):
        decide([new], current, None, careful)


def test_the_base_model_does_not_need_a_score_that_only_a_margin_uses() -> None:
    careful = PromotionPolicy(primary="kid", margins={"clip_score": 0.1})
    base = Scorecard(BASE, "s1", "validation", {"kid": score(9), "clip_score": score(math.nan)})
    assert only(version(1, 5), careful, base) == (1, "PROMOTE", "first")


def test_scores_that_cannot_be_compared_with_the_base_model_are_an_error() -> None:
    with pytest.raises(IncomparableScoresError, match="base model has nan"):
        decide([version(1, 4)], None, card(math.nan, subject=BASE), KID)


# FID of four checkpoints, on 32 pictures each, as a reference run reported it. It chose one by the values alone.
REFERENCE = {500: 127.63, 1500: 73.08, 2500: 74.06, 3000: 91.98}
BY_FID = PromotionPolicy(primary="fid", at_most={"fid": 80})


def reference_run(n: int, honest: bool, half: float) -> list[Candidate]:
    return [
        Candidate(number, step, Scorecard(f"step-{step}", "s1", "validation", {"fid": fid}))
        for number, (step, value) in enumerate(REFERENCE.items(), start=1)
        for fid in [Score(value, n, value - half, value + half, "inception-v3@1", None, honest, 2048)]
    ]


def test_32_pictures_of_the_reference_run_rank_nothing() -> None:
    decisions = decide(reference_run(32, honest=False, half=20), None, None, BY_FID)
    assert {(d.verdict, d.rule) for d in decisions} == {(Verdict.HOLD, "too-few")}
    assert decisions[1].reason == (
        "Version 2 (step 1500) has a fid of only 32 examples, too few to rank, 2,048 would do: evaluate it on as many."
    )


def test_with_enough_pictures_the_same_values_reject_two_and_promote_the_earlier_of_the_tied() -> None:
    decisions = decide(reference_run(2500, honest=True, half=1.5), None, None, BY_FID)
    assert verdicts_of(decisions) == [
        (1, "REJECT", "bound:fid"),
        (2, "PROMOTE", "first"),
        (3, "HOLD", "tie"),
        (4, "REJECT", "bound:fid"),
    ]
    assert [d.reason for d in decisions] == [
        "Version 1 (step 500) has fid 127.6, at most 80 is required.",
        "Version 2 (step 1500) has fid 73.08 (71.58 to 74.58), which no other version clearly beats, and nothing was "
        "in production.",
        "Version 3 (step 2500) has fid 74.06 (72.56 to 75.56), tied with version 2 (step 1500, 73.08), which is "
        "earlier (about 11,714 examples of each would decide it).",
        "Version 4 (step 3000) has fid 91.98, at most 80 is required.",
    ]


TWO = PromotionPolicy(primary=("kid", "accuracy"))


def weighed(number: int, kid: float, accuracy: float) -> Candidate:
    scores = {"kid": score(kid), "accuracy": score(accuracy, 0.1)}
    return Candidate(number, number * 100, Scorecard("step", "s1", "validation", scores), digest=f"weights-{number}")


def compared(metric: str, ours: int, theirs: int, gap: float, half: float, part: str = "") -> Comparison:
    names = f"weights-{ours}", f"weights-{theirs}"
    return Comparison(metric, *names, gap, gap - half, gap + half, 0.9, 100, 400, "paired bootstrap", part)


def test_where_the_first_primary_score_leaves_two_tied_the_second_decides() -> None:
    assert verdicts_of(decide([weighed(2, 5, 0.9)], weighed(1, 5, 0.5), None, TWO)) == [(2, "PROMOTE", "better")]
    assert verdicts_of(decide([weighed(2, 5, 0.5)], weighed(1, 5, 0.9), None, TWO)) == [(2, "HOLD", "not-better")]
    assert verdicts_of(decide([weighed(1, 5, 0.5), weighed(2, 5.1, 0.9)], None, None, TWO)) == [
        (1, "HOLD", "best"),
        (2, "PROMOTE", "first"),
    ]


def test_the_second_primary_score_is_not_used_where_the_first_decides() -> None:
    assert verdicts_of(decide([weighed(2, 1, 0.1)], weighed(1, 5, 0.9), None, TWO)) == [(2, "PROMOTE", "better")]


def test_a_paired_comparison_can_decide_where_two_intervals_cannot() -> None:
    new, champion = weighed(2, 4.5, 0.5), weighed(1, 5, 0.5)
    assert verdicts_of(decide([new], champion, None, TWO)) == [(2, "HOLD", "not-better")]
    for_sure = compared("kid", ours=2, theirs=1, gap=-0.5, half=0.2)
    assert verdicts_of(decide([new], champion, None, TWO, [for_sure])) == [(2, "PROMOTE", "better")]
    from_the_other_side = compared("kid", ours=1, theirs=2, gap=0.5, half=0.2)
    assert verdicts_of(decide([new], champion, None, TWO, [from_the_other_side])) == [(2, "PROMOTE", "better")]


def test_a_paired_comparison_can_leave_open_what_two_intervals_would_decide() -> None:
    unsure = compared("kid", ours=2, theirs=1, gap=-9, half=10)
    decisions = decide([weighed(2, 1, 0.5)], weighed(1, 10, 0.5), None, TWO, [unsure])
    assert verdicts_of(decisions) == [(2, "HOLD", "not-better")]
    assert decisions[0].reason.endswith("in production (about 400 examples of each would decide it).")


# By accuracy 3 beats 2 and 1 beats 3; by the first score 2 beats 1, and both are tied with 3. So each beats the next.
CIRCLE = [weighed(1, 6, 0.9), weighed(2, 4, 0.1), weighed(3, 5, 0.5)]


def test_versions_that_beat_one_another_in_a_circle_have_an_order_nevertheless() -> None:
    decisions = decide(CIRCLE, None, None, TWO)
    assert verdicts_of(decisions) == [(1, "HOLD", "best"), (2, "HOLD", "best"), (3, "PROMOTE", "first")]
    assert decisions[2].reason == (
        "Version 3 (step 300) has kid 5 (4 to 6), which is the first of all versions in order, and nothing was in "
        "production. Version 1 (step 100) is better in accuracy (+0.4, +0.26 to +0.54), but kid decides, and there "
        "another beats it."
    )


@pytest.mark.parametrize("start", [1, 2, 3])
def test_promoting_again_and_again_never_returns_to_an_earlier_version(start: int) -> None:
    seen = [start]
    while number := next(
        (d.version for d in decide(CIRCLE, CIRCLE[seen[-1] - 1], None, TWO) if d.verdict == "PROMOTE"), 0
    ):
        assert number not in seen
        seen.append(number)
    assert seen == {1: [1, 2, 3], 2: [2, 3], 3: [3]}[start]


def test_a_version_that_beats_production_but_would_close_a_circle_is_held() -> None:
    first = decide(CIRCLE, CIRCLE[2], None, TWO)[0]
    assert (first.verdict, first.rule) == (Verdict.HOLD, "not-better")
    assert first.reason == (
        "Version 1 (step 100) beats version 3 (step 300, 5) in production, but other versions beat it in turn: in the "
        "order of all versions it is not before production."
    )


def test_a_paired_comparison_against_the_values_decides_nothing() -> None:
    pair = compared("kid", ours=2, theirs=1, gap=-1, half=0.5)  # but by its value 2 is worse
    assert verdicts_of(decide([weighed(1, 5, 0.5), weighed(2, 6, 0.5)], None, None, TWO, [pair])) == [
        (1, "PROMOTE", "first"),
        (2, "HOLD", "tie"),
    ]


def careful(**margins: float) -> PromotionPolicy:
    return TWO.model_copy(update={"margins": margins})


def sliced(**margins: float) -> PromotionPolicy:
    return TWO.model_copy(update={"slices": margins})


def test_a_loss_that_may_be_larger_than_its_margin_is_held() -> None:
    better, champion = weighed(2, 1, 0.9), weighed(1, 5, 0.9)
    assert verdicts_of(decide([better], champion, None, careful(accuracy=0.05))) == [(2, "HOLD", "margin:accuracy")]
    not_worse = compared("accuracy", ours=2, theirs=1, gap=0.0, half=0.04)
    assert verdicts_of(decide([better], champion, None, careful(accuracy=0.05), [not_worse])) == [
        (2, "PROMOTE", "better")
    ]


@pytest.mark.parametrize(
    ("loss", "half", "said"),
    [
        (
            0.1,
            1.0,
            "worse than production by 1.1, at most 1 is tolerated (about 124 examples of each would decide it).",
        ),
        (
            0.9,
            0.5,
            "worse than production by 1.4, at most 1 is tolerated (about 2,500 examples of each would decide it).",
        ),
        (
            -0.5,
            2.0,
            "worse than production by 1.5, at most 1 is tolerated (about 178 examples of each would decide it).",
        ),
        (2.0, 3.0, "at most 1 is tolerated (it is worse by 2 as measured, so more examples would not help)."),
        (0.9, math.inf, "worse than production by any amount, at most 1 is tolerated."),
        (math.nan, math.inf, "at most 1 is tolerated."),
    ],
)
def test_a_loss_held_by_its_margin_says_how_many_examples_would_show_it_to_be_within(
    loss: float, half: float, said: str
) -> None:
    """The worse end is at loss + half sqrt(100 / n), which is 1 at n = 100 (half / (1 - loss))^2."""
    pair = compared("kid", ours=2, theirs=1, gap=loss, half=half)
    assert decide([weighed(2, 5, 0.9)], weighed(1, 5, 0.5), None, careful(kid=1), [pair])[0].reason.endswith(said)


def test_the_worse_side_of_an_asymmetric_interval_counts() -> None:
    lopsided = replace(compared("kid", ours=2, theirs=1, gap=0, half=2), low=-50)
    decision = decide([weighed(2, 5, 0.9)], weighed(1, 5, 0.5), None, careful(kid=1), [lopsided])[0]
    assert decision.reason.endswith("(about 400 examples of each would decide it).")
    higher = replace(compared("accuracy", ours=2, theirs=1, gap=0, half=0.2), high=0.9)
    decision = decide([weighed(2, 1, 0.9)], weighed(1, 5, 0.9), None, careful(accuracy=0.1), [higher])[0]
    assert decision.reason.endswith("(about 400 examples of each would decide it).")


def test_the_number_of_examples_that_a_margin_names_is_enough() -> None:
    for n, rule in ((2499, "margin:kid"), (2500, "not-better")):
        pair = replace(compared("kid", ours=2, theirs=1, gap=0.9, half=0.5 * math.sqrt(100 / n)), n=n)
        assert decide([weighed(2, 5, 0.5)], weighed(1, 5, 0.5), None, careful(kid=1), [pair])[0].rule == rule


def test_a_slice_that_is_clearly_worse_by_more_than_its_margin_is_held() -> None:
    better, champion = weighed(2, 1, 0.9), weighed(1, 5, 0.9)

    def with_slice(gap: float, half: float) -> list[Decision]:
        part = compared("accuracy", 2, 1, gap, half, "colour=white")
        return decide([better], champion, None, sliced(accuracy=0.05), [part])

    assert verdicts_of(with_slice(-0.2, 0.1)) == [(2, "HOLD", "slice:accuracy")]
    assert with_slice(-0.2, 0.1)[0].reason.endswith("on colour=white (accuracy by 0.2, 0.05 is tolerated).")
    assert verdicts_of(with_slice(-0.2, 0.3)) == [(2, "PROMOTE", "better")]  # it may be chance
    assert verdicts_of(with_slice(-0.04, 0.01)) == [(2, "PROMOTE", "better")]  # sure, but tolerated


def test_a_slice_counts_in_both_directions_of_its_comparison() -> None:
    part = compared("accuracy", ours=1, theirs=2, gap=0.2, half=0.1, part="colour=white")
    (decision,) = decide([weighed(2, 1, 0.9)], weighed(1, 5, 0.9), None, sliced(accuracy=0.05), [part])
    assert decision.reason.endswith("on colour=white (accuracy by 0.2, 0.05 is tolerated).")


@pytest.mark.parametrize(
    "measured",
    [
        [],
        [compared("accuracy", ours=2, theirs=1, gap=0.0, half=0.1)],
        [compared("kid", ours=2, theirs=1, gap=-4, half=1, part="colour=white")],
        [compared("accuracy", ours=2, theirs=3, gap=0.0, half=0.1, part="colour=white")],
    ],
    ids=["nothing", "no slice", "another score", "another version"],
)
def test_a_version_that_was_not_compared_with_production_on_slices_is_held(measured: list[Comparison]) -> None:
    decisions = decide([weighed(2, 1, 0.9)], weighed(1, 5, 0.9), None, sliced(accuracy=0.05), measured)
    assert verdicts_of(decisions) == [(2, "HOLD", "slice:accuracy")]
    assert decisions[0].reason == (
        "Version 2 (step 200) has no slice compared by accuracy with version 1 in production, expected some: evaluate "
        "it again; if all have too few examples, raise promote.smallest_n or drop promote.slices."
    )


def test_slices_matter_only_for_versions_that_would_replace_production() -> None:
    champion, policy = weighed(1, 5, 0.9), sliced(accuracy=0.05)
    assert verdicts_of(decide([champion], champion, None, policy)) == [(1, "HOLD", "champion")]
    assert verdicts_of(decide([weighed(2, 5, 0.9)], champion, None, policy)) == [(2, "HOLD", "not-better")]
    assert verdicts_of(decide([weighed(2, 5, 0.9)], None, None, policy)) == [(2, "PROMOTE", "first")]


def test_the_policy_can_require_more_examples_than_a_score_needs() -> None:
    assert only(version(1, 5), KID.model_copy(update={"smallest_n": 101})) == (1, "HOLD", "too-few")
    assert only(version(1, 5), KID.model_copy(update={"smallest_n": 100})) == (1, "PROMOTE", "first")
