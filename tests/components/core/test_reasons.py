"""Tests: the sentence of a promotion says why it is not another version."""

from collections.abc import Sequence
from dataclasses import replace

from components.core.config import PromotionPolicy
from components.core.metric_table import METRICS, Measures
from components.core.records import Candidate, Comparison, Decision
from components.core.selection import decide
from tests.components.core.test_gates import BARE, TARGETS, pair, shoes

BY_KID = PromotionPolicy(primary="kid")
BETTER_CLIP = pair("clip_score", 3, 2, 0.0094, 0.0020, 0.0168)


def promoted(
    candidates: Sequence[Candidate], pairs: Sequence[Comparison], policy: PromotionPolicy = BY_KID
) -> Decision:
    decisions = decide(candidates, None, BARE.scorecard, policy, pairs, TARGETS)
    return next(decision for decision in decisions if decision.verdict == "PROMOTE")


def test_a_tied_version_that_is_better_in_another_score_is_explained() -> None:
    found = promoted([shoes(2, 0.4, 0.9), shoes(3, 0.41, 0.9)], [BETTER_CLIP])
    assert found.version == 2
    assert found.reason.endswith(
        " Version 3 (step 450) is better in clip_score (+0.0094, +0.002 to +0.017), but kid decides and is tied; the "
        "earlier step wins."
    )


def test_candidates_with_names_are_called_by_them() -> None:
    named = [replace(shoes(n, value, 0.9), name=name) for n, value, name in ((2, 0.4, "bayes"), (3, 0.41, "trees"))]
    found = promoted(named, [BETTER_CLIP])
    assert found.reason.startswith("Version 2 (bayes) has kid")
    assert "Version 3 (trees) is better in clip_score" in found.reason
    assert found.reason.endswith("the earlier candidate wins.")


def test_with_several_primary_scores_all_of_them_are_named() -> None:
    both = PromotionPolicy(primary=("kid", "attribute_agreement"))
    found = promoted([shoes(2, 0.4, 0.9), shoes(3, 0.41, 0.9)], [BETTER_CLIP], both)
    assert "but kid and attribute_agreement decide and are tied; the earlier step wins." in found.reason


def test_a_version_that_the_first_score_puts_behind_is_explained_by_it() -> None:
    found = promoted([shoes(2, 0.4, 0.9), shoes(3, 1.4, 0.9)], [BETTER_CLIP])
    assert found.reason.endswith("but kid decides, and there it is worse.")


def test_a_version_that_a_rule_excludes_is_explained_by_the_rule() -> None:
    found = promoted([shoes(2, 0.4, 0.9), shoes(3, 0.2, 0.6)], [BETTER_CLIP])
    assert found.reason.endswith("but is excluded by the rule target:attribute_agreement.")


def test_a_version_that_is_better_in_nothing_is_not_mentioned() -> None:
    assert "Version 3" not in promoted([shoes(2, 0.4, 0.9), shoes(3, 0.41, 0.9)], []).reason


def test_the_version_in_production_is_explained_too() -> None:
    (found,) = decide(
        [shoes(3, 0.4, 0.9)], shoes(2, 1.4, 0.9), None, BY_KID, [pair("clip_score", 2, 3, 0.1, 0.05, 0.15)]
    )
    assert found.verdict == "PROMOTE"
    assert "Version 2" not in found.reason  # without targets only the scores of the policy count
    measures = Measures(METRICS, ("clip_score",))
    lenient = BY_KID.model_copy(update={"tolerated_loss": 0.5})
    better = [pair("clip_score", 2, 3, 0.1, 0.05, 0.15)]
    (again,) = decide([shoes(3, 0.4, 0.9)], shoes(2, 1.4, 0.9), None, lenient, better, measures)
    assert again.reason.endswith(
        " Version 2 (step 300) is better in clip_score (+0.1, +0.05 to +0.15), but kid decides, and there it is worse."
    )


def test_many_versions_stay_short_enough_for_a_tag() -> None:
    candidates = [shoes(number, 0.4, 0.9) for number in range(2, 102)]
    names = ("clip_score", "attribute_agreement")
    pairs = [pair(name, number, 2, 0.1, 0.05, 0.2) for number in range(3, 102) for name in names]
    reason = promoted(candidates, pairs).reason
    assert reason.count("is better in clip_score (+0.1, +0.05 to +0.2) and attribute_agreement (+0.1,") == 8
    assert reason.endswith("91 more are better in some score too.")
    assert len(reason) < 5000


def test_an_undecided_difference_within_reach_gives_the_number_and_beyond_it_the_largest_difference() -> None:
    near = pair("kid", 3, 2, 0.1, -0.1, 0.3)
    far = Comparison("kid", "w3", "w2", 0.001, -0.036, 0.038, 0.5, 256, 204_499, "confidence sequence")
    for apart, said in (
        (near, "(about 1,000 examples of each would decide it)."),
        (far, "(equal for practical purposes: the difference is at most 0.038)."),
    ):
        decisions = decide([shoes(2, 0.4, 0.9), shoes(3, 0.41, 0.9)], None, BARE.scorecard, BY_KID, [apart], TARGETS)
        assert decisions[1].reason.endswith(said)
