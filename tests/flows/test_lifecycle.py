"""Tests: a kind of model that has nothing to do with pictures goes the whole round unchanged."""

from components.core.records import Verdict
from flows.lifecycle import lifecycle
from flows.promote import promote
from flows.tasks import read_config
from registry.settings import settings
from registry.status import status
from tests.flows.traces import runs


def test_a_catalogue_becomes_a_production_alias_and_the_best_is_not_the_last(after_a_round: str) -> None:
    found = status(read_config(after_a_round))
    steps = [version["step"] for version in found["versions"]]
    assert [version["decision"] for version in found["versions"]].count("PROMOTE") == 1
    assert min(steps) < found["production"]["step"] < max(steps)
    assert found["production"]["decision"] == "PROMOTE"


def test_every_flow_is_one_run_with_its_tags_and_parameters(after_a_round: str) -> None:
    snapshot = status(read_config(after_a_round))["snapshot"]
    for flow in ("ingest", "train", "evaluate", "promote"):
        (run,) = runs(after_a_round, flow)
        assert run.info.status == "FINISHED"
        assert {"flow", "prefect.flow_run_id", "snapshot", "git_sha"} <= run.data.tags.keys()
        assert run.data.tags["snapshot"] == snapshot
        assert run.data.params["train.steps"] == "4"


def test_nothing_half_written_is_left(after_a_round: str) -> None:
    assert list(settings().snapshots(after_a_round).iterdir())  # what would be half-written is there
    assert not list(settings().home.rglob(".unfinished-*"))


def test_a_promotion_after_it_promotes_nothing(after_a_round: str) -> None:
    before = status(read_config(after_a_round))["production"]
    assert {decision.verdict for decision in promote(after_a_round)} <= {Verdict.HOLD, Verdict.REJECT}
    assert status(read_config(after_a_round))["production"] == before


def test_the_same_catalogue_gives_the_same_snapshot_and_no_double_versions(after_a_round: str) -> None:
    before = status(read_config(after_a_round))
    lifecycle(after_a_round)
    after = status(read_config(after_a_round))
    assert [version["version"] for version in after["versions"]] == [v["version"] for v in before["versions"]]
    assert (after["snapshot"], after["production"]) == (before["snapshot"], before["production"])


def test_versions_of_another_training_are_not_judged_but_the_one_in_production_is_what_they_must_beat(
    after_a_round: str,
) -> None:
    earlier = {version["version"] for version in status(read_config(after_a_round))["versions"]}
    decisions = lifecycle(after_a_round, overrides=["train.stride=29"])
    assert len(decisions) == len(earlier) == 4
    assert not earlier & {decision.version for decision in decisions}
    assert {decision.rule for decision in decisions} <= {"not-better", "bound:accuracy", "base"}
