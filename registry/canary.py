"""Registry: the share of requests that Challenger answers: that it was taken back, and why, is in the ledger."""

from components.core.records import Verdict
from registry.client import translate_errors
from registry.ledger.entries import Action, Entry, Move
from registry.ledger.recovery import no_log, record, recover
from registry.ledger.store import history
from registry.locking.lock import lock_production

RULE = "canary"


@translate_errors()
def write_stop(model: str, challenger: int, sentence: str, by: str) -> Entry:
    """Write to the ledger that a version's share was taken back; no alias moves.

    Raises:
        RegistryError: the ledger was altered, or the database does not answer.
    """
    with lock_production(model):
        state = recover(model, by, no_log)
        move = Move(model, Action.REFUSED, state.production, challenger, Verdict.HOLD, RULE, sentence, by)
        return record(move, no_log)


def stopped(model: str, challenger: int) -> str:
    """Return why the share of a version was taken back, empty if it was not. It stays back after a restart."""
    entries = [entry.move for entry in history(model) if entry.move.rule == RULE]
    return next((move.reason for move in reversed(entries) if move.to_version == challenger), "")
