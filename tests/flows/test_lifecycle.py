"""Tests: the lifecycle of a toy model that has nothing to do with pictures."""

from components.core.records import Verdict
from flows.lifecycle import lifecycle
from flows.promote import promote
from flows.tasks import read_config
from registry.settings import settings
from registry.status import status
from tests.flows.traces import runs


def test_a_lifecycle_puts_the_best_version_in_production_which_is_not_the_last(after_lifecycle: str) -> None:
    found = status(read_config(after_lifecycle))
    steps = [version["step"] for version in found["versions"]]
    assert [version["decision"] for version in found["versions"]].count("PROMOTE") == 1
    assert min(steps) < found["production"]["step"] < max(steps)
    assert found["production"]["decision"] == "PROMOTE"


def test_every_flow_has_one_run_with_tags_and_parameters(after_lifecycle: str) -> None:
    snapshot = status(read_config(after_lifecycle))["snapshot"]
    for flow in ("ingest", "train", "evaluate", "promote"):
        (run,) = runs(after_lifecycle, flow)
        assert run.info.status == "FINISHED"
        assert {"flow", "prefect.flow_run_id", "snapshot", "git_sha"} <= run.data.tags.keys()
        assert run.data.tags["snapshot"] == snapshot
        assert run.data.params["train.steps"] == "4"


def test_no_unfinished_folder_remains(after_lifecycle: str) -> None:
    assert list(settings().snapshots(after_lifecycle).iterdir())  # snapshots are made in unfinished folders
    assert not list(settings().home.rglob(".unfinished-*"))


def test_a_second_promotion_promotes_nothing(after_lifecycle: str) -> None:
    before = status(read_config(after_lifecycle))["production"]
    assert {decision.verdict for decision in promote(after_lifecycle)} <= {Verdict.HOLD, Verdict.REJECT}
    assert status(read_config(after_lifecycle))["production"] == before


def test_a_second_lifecycle_reuses_snapshot_and_versions(after_lifecycle: str) -> None:
    before = status(read_config(after_lifecycle))
    lifecycle(after_lifecycle)
    after = status(read_config(after_lifecycle))
    assert [version["version"] for version in after["versions"]] == [v["version"] for v in before["versions"]]
    assert (after["snapshot"], after["production"]) == (before["snapshot"], before["production"])


def test_versions_of_another_training_are_not_decided_on_again_but_new_ones_must_beat_production(
    after_lifecycle: str,
) -> None:
    earlier = {version["version"] for version in status(read_config(after_lifecycle))["versions"]}
    decisions = lifecycle(after_lifecycle, overrides=["train.stride=29"])
    assert len(decisions) == len(earlier) == 4
    assert not earlier & {decision.version for decision in decisions}
    assert {decision.rule for decision in decisions} <= {"not-better", "bound:accuracy", "base"}
