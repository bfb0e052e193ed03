"""Tests: the test split is reported, and never used to choose."""

from components.core.records import Scorecard
from flows.promote import promote
from flows.tasks import read_config
from registry.client import connect
from registry.scorecards import scorecard_on_test
from registry.status import status
from tests.flows.traces import runs


def test_only_the_promoted_version_is_scored_on_the_test_split_and_only_once(after_lifecycle: str) -> None:
    versions = status(read_config(after_lifecycle))["versions"]
    tested = {version["version"]: card_on_test(after_lifecycle, version["version"]) for version in versions}
    scored = {version: card.split for version, card in tested.items() if card}
    assert scored == {status(read_config(after_lifecycle))["production"]["version"]: "test"}
    promote(after_lifecycle)
    assert len([run for run in runs(after_lifecycle, "promote") if "test.accuracy" in run.data.metrics]) == 1


def card_on_test(model: str, version: int) -> Scorecard | None:
    return scorecard_on_test(connect().get_model_version(model, str(version)))
