"""Tests: a kind of model that has nothing to do with pictures goes the whole round unchanged, and further."""

import json
from pathlib import Path

import pytest
from mlflow.entities import Run
from typer.testing import CliRunner

from components.core.errors import AtelierError, RegistryError, UnavailableError
from components.core.records import Scorecard, Verdict
from flows.already_done import standing
from flows.cli import app
from flows.evaluate import evaluate
from flows.lifecycle import lifecycle
from flows.promote import promote
from flows.rollback import rollback
from registry.client import connect
from registry.environment import process_environment
from registry.settings import settings
from registry.status import status
from registry.tags import from_test_tags


def test_a_catalogue_becomes_a_production_alias_and_the_best_is_not_the_last(after_a_round: str) -> None:
    found = status(after_a_round)
    steps = [version["step"] for version in found["versions"]]
    assert [version["decision"] for version in found["versions"]].count("PROMOTE") == 1
    assert min(steps) < found["production"]["step"] < max(steps)
    assert found["production"]["decision"] == "PROMOTE"


def test_every_flow_is_one_run_with_its_tags_and_parameters(after_a_round: str) -> None:
    snapshot = status(after_a_round)["snapshot"]
    for flow in ("ingest", "train", "evaluate", "promote"):
        (run,) = runs(after_a_round, flow)
        assert run.info.status == "FINISHED"
        assert {"flow", "prefect.flow_run_id", "snapshot", "git_sha"} <= run.data.tags.keys()
        assert run.data.tags["snapshot"] == snapshot
        assert run.data.params["train.steps"] == "4"


def test_a_promotion_leaves_every_decision_and_its_reason_with_its_run(after_a_round: str) -> None:
    (run,) = runs(after_a_round, "promote")
    found = json.loads(Path(connect().download_artifacts(run.info.run_id, "decisions.json")).read_text())
    assert [decision["verdict"] for decision in found["decisions"]].count("PROMOTE") == 1
    assert all(decision["rule"] and decision["reason"] for decision in found["decisions"])
    assert found["against"] is None


def test_nothing_half_written_is_left(after_a_round: str) -> None:
    assert not list(settings().home.rglob(".unfinished-*"))


def test_what_stands_is_known_before_prefect_is_asked(after_a_round: str) -> None:
    assert standing(after_a_round, None, [])
    assert not standing(after_a_round, None, ["seed=7"])
    assert not standing(after_a_round, None, ["promote.at_least.accuracy=0.9"])


def test_a_second_promotion_promotes_nothing(after_a_round: str) -> None:
    before = status(after_a_round)["production"]
    assert Verdict.PROMOTE not in {decision.verdict for decision in promote(after_a_round)}
    assert status(after_a_round)["production"] == before


@pytest.mark.parametrize(("command", "code"), [("promote", 3), ("lifecycle", 0), ("status", 0)])
def test_exit_codes_tell_that_nothing_was_promoted_from_that_all_stands(
    after_a_round: str, command: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**process_environment(), "PREFECT_LOGGING_LEVEL": "INFO"}.items():
        monkeypatch.setenv(name, value)  # the command sets them, and leaves what is set already
    done = CliRunner().invoke(app, [command, after_a_round, "--json"])
    assert done.exit_code == code
    assert json.loads(done.stdout)["model"] == after_a_round


def test_the_same_catalogue_gives_the_same_snapshot_and_no_double_versions(after_a_round: str) -> None:
    before = status(after_a_round)
    lifecycle(after_a_round)
    after = status(after_a_round)
    assert [version["version"] for version in after["versions"]] == [v["version"] for v in before["versions"]]
    assert (after["snapshot"], after["production"]) == (before["snapshot"], before["production"])


def test_versions_of_another_training_are_not_judged_but_the_one_in_production_is_what_they_must_beat(
    after_a_round: str,
) -> None:
    earlier = {version["version"] for version in status(after_a_round)["versions"]}
    decisions = lifecycle(after_a_round, overrides=["train.stride=29"])
    assert not earlier & {decision.version for decision in decisions}
    assert {decision.rule for decision in decisions} <= {"not-better", "bound:accuracy", "base"}


def test_what_a_person_must_mend_is_not_tried_again(after_a_round: str) -> None:
    with pytest.raises(RegistryError, match="has no version 99") as refused:
        rollback(after_a_round, to=99, reason="a slip")
    assert not isinstance(refused.value, UnavailableError)


def test_a_rollback_puts_back_what_was_there_before(after_a_round: str) -> None:
    first = status(after_a_round)["production"]["version"]
    other = min(v["version"] for v in status(after_a_round)["versions"] if v["version"] != first)
    with pytest.raises(RegistryError, match=f"Version {other} of fruit was never in production, expected one that was"):
        rollback(after_a_round, to=other, reason="a slip")
    with pytest.raises(AtelierError, match=r"in production has scores of other settings .* run `evaluate`"):
        promote(after_a_round)
    evaluate(after_a_round)
    promote(after_a_round, version=other, force=True, reason="a person likes it")
    assert status(after_a_round)["production"]["version"] == other
    assert rollback(after_a_round, reason="another person looked at it") == first
    assert rollback(after_a_round, reason="so did a third one") == first
    assert rollback(after_a_round, to=other, reason="and changed their minds") == other
    assert rollback(after_a_round, to=first, reason="and again") == first


def runs(model: str, flow: str) -> list[Run]:
    client = connect()
    experiment = client.get_experiment_by_name(model)
    assert experiment is not None
    return list(client.search_runs([experiment.experiment_id], filter_string=f"tags.flow = '{flow}'"))


def test_the_test_split_is_scored_once_and_for_the_promoted_version_alone(toy: str) -> None:
    lifecycle(toy)
    tested = {v["version"]: card_on_test(toy, v["version"]) for v in status(toy)["versions"]}
    promoted = status(toy)["production"]["version"]
    assert [version for version, card in tested.items() if card] == [promoted]
    assert tested[promoted].split == "test"
    promote(toy)
    assert len([run for run in runs(toy, "promote") if "test.accuracy" in run.data.metrics]) == 1


def card_on_test(model: str, version: int) -> Scorecard | None:
    return from_test_tags(connect().get_model_version(model, str(version)).tags)
