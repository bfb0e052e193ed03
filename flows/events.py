"""Flows: sends Prefect events of promotions, rollbacks and drift, for automations and others (docs/events.md)."""

from typing import Any
from uuid import NAMESPACE_OID, uuid5

from prefect.events import emit_event

from registry.ledger.entries import Action, Entry
from registry.looks import Look

EVENTS = {Action.PROMOTE: "atelier.version.promoted", Action.ROLLBACK: "atelier.version.rolled-back"}
DRIFT = "atelier.drift.detected"


def emit(entry: Entry) -> None:
    """Send the event of a promotion or rollback. Refusals and repairs send none.

    The id is derived from the entry: a retried task sends the same event again, and Prefect keeps one.
    """
    name = EVENTS.get(Action(entry.move.action))
    if name:
        emit_event(name, resource(entry.move.model), payload=payload(entry), id=uuid5(NAMESPACE_OID, entry.hash))


def emit_drift(look: Look) -> None:
    """Send the event of a look that found drift. A retried task sends the same event again, and Prefect keeps one."""
    content = {
        "version": look.version,
        "rule": look.rule,
        "reason": look.sentence,
        "report": look.run,
        "look": look.look,
        "snapshot": look.current,
    }
    emit_event(DRIFT, resource(look.model), payload=content, id=uuid5(NAMESPACE_OID, f"{look.run}-{look.look}"))


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
