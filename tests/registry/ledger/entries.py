"""Tests: add an entry to a ledger, without any version."""

from registry.ledger.entries import Action, Move
from registry.ledger.store import append, clear_intent, history, in_production, write_intent


def write(to: int | None, action: Action = Action.PROMOTE, model: str = "toy") -> None:
    now = in_production(history(model))
    entry = write_intent(Move(model, action, now, to, "PROMOTE", "better", f"Version {to}.", "run-1", {"kid": 0.25}))
    append(entry)
    clear_intent(entry)
