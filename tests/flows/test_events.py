"""Tests: Prefect's server hears of every move of Production, once."""

from flows.events import emit
from flows.promote import promote
from flows.rollback import rollback
from registry.ledger.store import history
from tests.flows.traces import events

NAMES = {"PROMOTE": "atelier.version.promoted", "ROLLBACK": "atelier.version.rolled-back"}


def test_every_move_has_sent_one_event_that_names_its_entry(scored: str) -> None:
    (first,) = [decision.version for decision in promote(scored) if decision.verdict == "PROMOTE"]
    promote(scored, version=first - 1, force=True, reason="Let us try it.")
    rollback(scored, reason="It was better before.")
    moved = [entry for entry in history(scored) if entry.move.action in NAMES]
    assert [entry.move.action for entry in moved] == ["PROMOTE", "PROMOTE", "ROLLBACK"]
    emit(moved[-1])  # as a task does that is tried again
    found = events(scored, len(moved))
    told = {(event["event"], event["payload"]["entry"], event["payload"]["hash"]) for event in found}
    assert told == {(NAMES[entry.move.action], entry.entry, entry.hash) for entry in moved}
    assert len(found) == len(moved)
