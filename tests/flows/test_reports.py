"""Tests: the artifacts that flows publish in Prefect."""

from flows.promote import promote
from tests.flows.traces import end_line, page


def test_the_artifact_of_a_decision_has_the_last_hash_of_the_ledger(scored: str) -> None:
    promote(scored)
    assert end_line(scored) in page("fruit-decision")
