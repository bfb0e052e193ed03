"""Flows: events of promotions and rollbacks, for Prefect's automations and for other programs (docs/events.md)."""

from typing import Any
from uuid import NAMESPACE_OID, uuid5

from prefect.events import emit_event

from registry.ledger.entries import Action, Entry

EVENTS = {Action.PROMOTE: "atelier.version.promoted", Action.ROLLBACK: "atelier.version.rolled-back"}


def emit(entry: Entry) -> None:
    """Send the event of a move; refusals and repairs are told in the ledger alone.

    Its id is made of the entry: a task that is tried again sends the same event again, and Prefect keeps one.
    """
    name = EVENTS.get(Action(entry.move.action))
    if name:
        emit_event(name, resource(entry.move.model), payload=payload(entry), id=uuid5(NAMESPACE_OID, entry.hash))


def resource(model: str) -> dict[str, str]:
    return {"prefect.resource.id": f"atelier.model.{model}", "prefect.resource.name": model}


def payload(entry: Entry) -> dict[str, Any]:
    """Return what the event says: enough to find its entry in the ledger, and to see that it is the same one."""
    move = entry.move
    return {
        "version": move.to_version,
        "from": move.from_version,
        "verdict": move.verdict,
        "rule": move.rule,
        "reason": move.reason,
        "entry": entry.entry,
        "hash": entry.hash,
    }
