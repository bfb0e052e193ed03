"""Tests: Prefect's server gets one event for every move of Production."""

from flows.events import emit
from flows.promote import promote
from flows.rollback import rollback
from registry.ledger.store import history
from tests.flows.traces import events

NAMES = {"PROMOTE": "atelier.version.promoted", "ROLLBACK": "atelier.version.rolled-back"}


def test_every_move_sends_one_event_with_its_ledger_entry(scored: str) -> None:
    (first,) = [decision.version for decision in promote(scored) if decision.verdict == "PROMOTE"]
    promote(scored, version=first - 1, force=True, reason="Let us try it.")
    rollback(scored, reason="It was better before.")
    moved = [entry for entry in history(scored) if entry.move.action in NAMES]
    assert [entry.move.action for entry in moved] == ["PROMOTE", "PROMOTE", "ROLLBACK"]
    emit(moved[-1])  # as a retried task does
    found = events(scored, len(moved))
    sent = {(event["event"], event["payload"]["entry"], event["payload"]["hash"]) for event in found}
    assert sent == {(NAMES[entry.move.action], entry.entry, entry.hash) for entry in moved}
    assert len(found) == len(moved)
