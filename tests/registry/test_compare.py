"""Tests: two versions are compared by a paired comparison if there is one, else by their intervals."""

import json
from collections.abc import Callable

import pytest
from mlflow.store.model_registry.dbmodels.models import SqlModelVersion
from sqlalchemy import event

from components.core.config import PromotionPolicy
from components.core.errors import IncomparableScoresError, RegistryError
from components.core.records import Comparison, Score, Scorecard
from registry import tags as tag
from registry.aliases import set_challenger
from registry.compare import compare
from registry.evaluations import write_comparisons
from registry.scorecards import write_scorecard
from registry.search import trained_versions
from registry.tracking import open_run
from tests.registry.conftest import MODEL, make_scorecard, promote
from tests.registry.toy_recipe import SHOWN, Config, toy_config

MakeVersion = Callable[..., int]


@pytest.fixture
def two(make_version: MakeVersion, config: Config) -> Config:
    make_version(10)
    make_version(20)
    return config


def score_both(config: Config, *cards: Scorecard) -> None:
    with open_run(config, "evaluate", "1", snapshot="s1") as run:
        for version, card in zip(trained_versions(MODEL, "t1"), cards, strict=True):
            write_scorecard(run, version, card, config.evaluation_digest("s1"), SHOWN)


def test_each_score_has_its_difference_and_how_certain_it_is(two: Config) -> None:
    score_both(two, make_scorecard(10, value=20.0), make_scorecard(20, value=23.0))
    found = json.loads(json.dumps(compare(toy_config(), "1", "2"), allow_nan=False))
    assert found["ours"] == {"version": 1, "step": 10, "name": ""}
    assert found["theirs"] == {"version": 2, "step": 20, "name": ""}
    fid, clip = found["scores"]
    assert (fid["score"], fid["difference"], fid["decided"]) == ("fid", -3.0, True)
    assert (fid["ours"]["low"], fid["ours"]["high"], fid["ours"]["n"]) == (19.0, 21.0, 64)
    assert fid["better"] > 0.99  # a lower FID is better
    assert (clip["score"], clip["difference"], clip["better"], clip["decided"]) == ("clip_score", 0.0, 0.5, False)
    assert compare(toy_config(), "2", "1")["scores"][0]["better"] == pytest.approx(1 - fid["better"])


def test_a_paired_comparison_replaces_the_two_intervals(two: Config) -> None:
    score_both(two, make_scorecard(10, value=20.0), make_scorecard(20, value=20.5))
    assert [row["method"] for row in compare(toy_config(), "1", "2")["scores"]] == ["two intervals", "two intervals"]
    measured = Comparison("fid", "digest10", "digest20", -0.5, -0.7, -0.3, 0.999, 64, 11, "paired jackknife")
    with open_run(two, "evaluate", "2", snapshot="s1") as run:
        run.tags({tag.EVALUATION: two.evaluation_digest("s1")})
        write_comparisons(run, [measured])
    fid, clip = compare(toy_config(), "1", "2")["scores"]
    assert (fid["method"], fid["low"], fid["high"], fid["decided"]) == ("paired jackknife", -0.7, -0.3, True)
    assert clip["method"] == "two intervals"
    turned = compare(toy_config(), "2", "1")["scores"][0]
    assert (turned["difference"], turned["low"], turned["high"]) == (0.5, 0.3, 0.7)


def test_versions_can_be_named_by_their_aliases(two: Config) -> None:
    score_both(two, make_scorecard(10), make_scorecard(20))
    promote(1)
    set_challenger(MODEL, 2)
    found = compare(toy_config(), "Challenger", "Production")
    assert (found["ours"]["version"], found["theirs"]["version"]) == (2, 1)


def test_scores_of_other_snapshots_are_refused(two: Config) -> None:
    score_both(two, make_scorecard(10), make_scorecard(20, snapshot="s2"))
    with pytest.raises(IncomparableScoresError) as refused:
        compare(toy_config(), "1", "2")
    assert str(refused.value) == (
        "Version 1 was scored on validation of snapshot s1, version 2 on validation of snapshot s2, expected the same "
        "examples: run `evaluate` again."
    )


def test_scores_of_other_extractors_are_refused(two: Config) -> None:
    score_both(two, make_scorecard(10), make_scorecard(20, extractor="eye@2"))
    with pytest.raises(IncomparableScoresError) as refused:
        compare(toy_config(), "1", "2")
    assert str(refused.value) == (
        "The fid of version 1 was measured with the extractor eye@1, that of version 2 with eye@2, expected the "
        "same extractor: run `evaluate` again."
    )


def test_a_version_without_scores_is_named(two: Config) -> None:
    with pytest.raises(RegistryError, match=r"^Version 1 of toy \(step 10\) has no scores, .* evaluate toy`\.$"):
        compare(toy_config(), "1", "2")


def test_a_missing_or_non_finite_score_has_no_difference(two: Config) -> None:
    broken = {"fid": Score(float("nan"), 4, float("-inf"), float("inf"), "eye@1")}
    score_both(two, make_scorecard(10), Scorecard("step-20", "s1", "validation", broken))
    fid, clip = json.loads(json.dumps(compare(toy_config(), "1", "2"), allow_nan=False))["scores"]
    assert (fid["theirs"]["value"], fid["difference"], fid["method"]) == (None, None, None)
    assert (clip["theirs"], clip["difference"]) == (None, None)


def test_only_the_compared_versions_are_read(two: Config, make_version: MakeVersion) -> None:
    score_both(two, make_scorecard(10), make_scorecard(20))
    for step in (30, 40, 50):
        make_version(step, training="t2")
    read: list[int] = []

    def note(version: SqlModelVersion, _: object) -> None:
        read.append(int(version.version))

    event.listen(SqlModelVersion, "load", note)
    try:
        compare(toy_config(), "1", "2")
        promote(1)
    finally:
        event.remove(SqlModelVersion, "load", note)
    assert set(read) <= {1, 2, 5}  # MLflow's search for the model reads its latest version too


def test_scores_of_different_settings_are_not_compared(two: Config) -> None:
    with open_run(two, "evaluate", "1", snapshot="s1") as run:
        for version, settings in zip(trained_versions(MODEL, "t1"), ("64 pictures", "128 pictures"), strict=True):
            write_scorecard(run, version, make_scorecard(), settings, SHOWN)
    with pytest.raises(IncomparableScoresError, match="Versions 1 and 2 were scored with different settings, expected"):
        compare(toy_config(), "1", "2")


def test_the_scores_that_decide_come_first(two: Config) -> None:
    score_both(two, make_scorecard(10), make_scorecard(20))
    by_clip = PromotionPolicy(primary="clip_score")
    rows = compare(toy_config().model_copy(update={"promote": by_clip}), "1", "2")["scores"]
    assert [(row["score"], row["decides"]) for row in rows] == [("clip_score", True), ("fid", False)]


def test_a_difference_that_no_practical_number_of_examples_decides_has_its_largest_size(two: Config) -> None:
    score_both(two, make_scorecard(10, value=20.0), make_scorecard(20, value=20.0))
    fid = compare(toy_config(), "1", "2")["scores"][0]
    assert (fid["decided"], fid["enough"], fid["equal"]) == (False, None, pytest.approx(2**0.5))
