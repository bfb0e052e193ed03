"""Tests: scorecards and decisions are kept with the versions, and read back unchanged."""

import json
from collections.abc import Callable
from contextlib import suppress
from math import nan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mlflow.entities.model_registry import ModelVersion

from components.core.errors import DataError, RegistryError
from components.core.metric_table import METRICS
from components.core.records import BASE, Decision, Score, Scorecard, Verdict
from components.core.scorecard_json import to_json
from registry.client import connect
from registry.scorecards import (
    base_scorecard,
    candidates,
    scorecard_in,
    scorecard_of,
    shown_values,
    write_base_scorecard,
    write_decision,
    write_scorecard,
)
from registry.search import trained_versions
from registry.tags import TEST_SCORECARD
from registry.tracking import open_run
from registry.version_record import kept
from tests.registry.conftest import MODEL, make_scorecard
from tests.registry.toy_recipe import SHOWN, Config

MakeVersion = Callable[..., int]

numbers = st.floats(allow_nan=False)
scores = st.builds(
    Score,
    value=numbers,
    n=st.integers(0, 10**9),
    low=numbers,
    high=numbers,
    extractor=st.text(max_size=30),
    floor=st.none() | numbers,
    honest=st.booleans(),
)
words = st.text(min_size=1, max_size=20)
scorecards = st.builds(Scorecard, words, words, words, st.dictionaries(st.sampled_from(sorted(METRICS)), scores))


def evaluate(config: Config, card: Scorecard, training: str = "t1") -> ModelVersion:
    (version,) = trained_versions(MODEL, training)
    with open_run(config, "evaluate", "1", snapshot=card.snapshot) as run:
        write_scorecard(run, version, card, config.evaluation_digest(card.snapshot), SHOWN)
    return trained_versions(MODEL, training)[0]


def base_card(snapshot: str = "s1", value: float = 62.0) -> Scorecard:
    return Scorecard(BASE, snapshot, "validation", {"fid": Score(value, 64, value - 1, value + 1, "eye@1")})


def test_a_scorecard_is_read_back_from_its_version(make_version: MakeVersion, config: Config) -> None:
    make_version(10)
    assert scorecard_of(trained_versions(MODEL, "t1")[0]) is None
    assert scorecard_of(evaluate(config, make_scorecard())) == make_scorecard()


def test_scores_are_metrics_that_the_server_can_filter_by(make_version: MakeVersion, config: Config) -> None:
    make_version(10)
    version = evaluate(config, make_scorecard(value=20.0))
    experiment = connect().get_experiment_by_name(MODEL)
    assert experiment is not None
    good = connect().search_logged_models([experiment.experiment_id], "metrics.fid < 20.5 AND metrics.`fid.low` > 18")
    assert [f"models:/{model.model_id}" for model in good] == [version.source]
    assert not connect().search_logged_models([experiment.experiment_id], "metrics.fid < 3")


def test_a_second_evaluation_leaves_nothing_of_the_first(make_version: MakeVersion, config: Config) -> None:
    make_version(10)
    evaluate(config, make_scorecard(value=20.0))
    later = Scorecard("step-10", "s2", "validation", {"fid": Score(18.0, 64, 17, 19, "eye@2")})
    version = evaluate(config, later)
    assert scorecard_of(version) == later
    assert version.tags["fid"] == "18"
    assert "clip_score" not in version.tags
    assert (version.tags["snapshot"], kept(version)["trained_on"]) == ("s2", "s1")


def test_writing_the_same_scorecard_again_changes_nothing(make_version: MakeVersion, config: Config) -> None:
    make_version(10)
    before = evaluate(config, make_scorecard())
    after = evaluate(config, make_scorecard())
    assert after.tags == before.tags


def test_only_versions_of_the_training_that_this_evaluation_scored_are_candidates(
    make_version: MakeVersion, config: Config
) -> None:
    first = make_version(10, training="t1")
    second = make_version(20, training="t2")
    third = make_version(30, training="t3")
    evaluate(config, make_scorecard(10), "t1")
    evaluate(config, make_scorecard(20), "t2")
    seen = {snapshot: config.evaluation_digest(snapshot) for snapshot in ("s1", "s2")}
    ((found,), others) = candidates(MODEL, "t1", seen["s1"])
    assert (found.version, found.step) == (first, 10)
    assert (found.scorecard, others) == (make_scorecard(10), [])
    assert [candidate.version for candidate in candidates(MODEL, "t2", seen["s1"])[0]] == [second]
    assert candidates(MODEL, "t3", seen["s1"]) == ([], [third])  # registered, but not scored yet
    evaluate(config, make_scorecard(20, snapshot="s2"), "t2")
    assert candidates(MODEL, "t2", seen["s1"]) == ([], [second])
    assert candidates("nobody", "t1", seen["s1"]) == ([], [])


def test_the_base_model_s_scorecard_is_found_by_its_snapshot(home: Path, config: Config) -> None:
    assert base_scorecard(MODEL, "s1") is None
    for snapshot, value in (("s1", 62.0), ("s2", 50.0), ("s1", 61.0)):
        with open_run(config, "evaluate", "1", snapshot=snapshot) as run:
            write_base_scorecard(run, base_card(snapshot, value), SHOWN)
    assert base_scorecard(MODEL, "s1") == base_card("s1", 61.0)
    assert base_scorecard(MODEL, "s2") == base_card("s2", 50.0)
    assert base_scorecard(MODEL, "s3") is None


def test_the_base_model_s_scorecard_is_found_by_the_settings_it_was_measured_with(home: Path, config: Config) -> None:
    for evaluation, value in (("few", 62.0), ("many", 50.0)):
        with open_run(config, "evaluate", "1", snapshot="s1") as run:
            run.tags({"evaluation": evaluation})
            write_base_scorecard(run, base_card(value=value), SHOWN)
    assert base_scorecard(MODEL, "s1", "few") == base_card(value=62.0)
    assert base_scorecard(MODEL, "s1") == base_card(value=50.0)
    assert base_scorecard(MODEL, "s1", "none") is None


def test_the_base_model_s_scorecard_of_a_failed_run_does_not_count(home: Path, config: Config) -> None:
    with suppress(DataError), open_run(config, "evaluate", "1", snapshot="s1") as run:
        write_base_scorecard(run, base_card(), SHOWN)
        raise DataError("No.")
    assert base_scorecard(MODEL, "s1") is None


def test_a_run_without_a_base_scorecard_does_not_hide_an_earlier_one(home: Path, config: Config) -> None:
    with open_run(config, "evaluate", "1", snapshot="s1") as run:
        write_base_scorecard(run, base_card(), SHOWN)
    with open_run(config, "evaluate", "2", snapshot="s1"):
        pass
    assert base_scorecard(MODEL, "s1") == base_card()


def test_a_decision_is_in_the_record_of_its_version_and_its_verdict_is_a_tag(make_version: MakeVersion) -> None:
    version = make_version(10)
    write_decision(MODEL, Decision(version, Verdict.HOLD, "tie", "It is tied with version 3."))
    (found,) = trained_versions(MODEL, "t1")
    record = kept(found)
    assert (found.tags["decision"], record["decision"], record["decision.rule"]) == ("HOLD", "HOLD", "tie")
    assert record["decision.reason"] == "It is tied with version 3."


def test_a_version_that_stays_in_production_keeps_the_decision_that_put_it_there(make_version: MakeVersion) -> None:
    version = make_version(10)
    write_decision(MODEL, Decision(version, Verdict.PROMOTE, "first", "It is the best."))
    write_decision(MODEL, Decision(version, Verdict.HOLD, "champion", "It is in production already."))
    assert trained_versions(MODEL, "t1")[0].tags["decision"] == "PROMOTE"


@given(scorecards)
def test_a_scorecard_is_read_back_from_a_record_unchanged(card: Scorecard) -> None:
    text = json.dumps(to_json(card), allow_nan=False)  # JSON has no word for nan
    assert scorecard_in({"scorecard": json.loads(text)}) == card
    assert scorecard_in({"scorecard": text}) == card  # as earlier releases kept it, in a tag
    assert scorecard_in({"test.scorecard": json.loads(text)}, TEST_SCORECARD) == card
    assert scorecard_in({"test.scorecard": json.loads(text)}) is None  # never read as validation scores


def test_people_read_the_shown_scores_to_four_digits() -> None:
    assert shown_values(make_scorecard(value=20.123456), SHOWN) == {"fid": "20.12", "clip_score": "0.3"}


def test_a_score_of_nan_is_read_back_as_nan() -> None:
    card = scorecard_in({"scorecard": to_json(Scorecard("base", "s", "validation", {"fid": Score(nan, 1, 0, 0)}))})
    assert card is not None
    assert card.scores["fid"].value != card.scores["fid"].value


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "7", "{}", '{"scores": {"fid": 3}}', '{"scores": {"fid": {"value": "low"}}}', '{"scores": []}'],
)
def test_a_damaged_scorecard_is_an_error_with_what_to_do(text: str) -> None:
    with pytest.raises(RegistryError, match="run `evaluate` again"):
        scorecard_in({"scorecard": text})
