"""Flows: sends Prefect events of promotions and rollbacks, for automations and other programs (docs/events.md)."""

from typing import Any
from uuid import NAMESPACE_OID, uuid5

from prefect.events import emit_event

from registry.ledger.entries import Action, Entry

EVENTS = {Action.PROMOTE: "atelier.version.promoted", Action.ROLLBACK: "atelier.version.rolled-back"}


def emit(entry: Entry) -> None:
    """Send the event of a promotion or rollback. Refusals and repairs send none.

    The id is derived from the entry: a retried task sends the same event again, and Prefect keeps one.
    """
    name = EVENTS.get(Action(entry.move.action))
    if name:
        emit_event(name, resource(entry.move.model), payload=payload(entry), id=uuid5(NAMESPACE_OID, entry.hash))


def resource(model: str) -> dict[str, str]:
    return {"prefect.resource.id": f"atelier.model.{model}", "prefect.resource.name": model}


def payload(entry: Entry) -> dict[str, Any]:
    """Return the payload. `entry` and `hash` identify the entry in the ledger."""
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
