"""Registry: each command first finishes the move of a command that died; registry/production.py has the order."""

from collections.abc import Callable
from dataclasses import replace

from components.core.errors import RegistryError
from registry.aliases import require_known_spelling
from registry.ledger import store
from registry.ledger.entries import Action, Entry, Move, row_of
from registry.ledger.jsonl_copy import write_file
from registry.ledger.state import State, anchor_at, read_state, write_anchor
from registry.ledger.verify import require_unaltered

INTERRUPTED = "The command ended before the alias moved."

Log = Callable[[str], None]


def no_log(message: str) -> None:
    """Log nothing."""


def recover(model: str, by: str, log: Log) -> State:
    """Finish an interrupted move and let the ledger follow the alias; return the new state. Needs the model's lock.

    Raises:
        RegistryError: the model has no version; the ledger was altered; or an alias is spelled differently.
    """
    state = _unaltered_state(model)
    if state.intent:
        _end(state, state.intent, log)
        state = _unaltered_state(model)
    if state.anchor is None and state.rows:  # a ledger from before there were anchors
        write_anchor(model, anchor_at(state.rows[-1]))
    known = store.in_production(state.entries)
    if state.production != known:
        why = "The alias was found there: it was moved by hand, or its version was deleted."
        record(Move(model, Action.REPAIR, known, state.production, "", "found", why, by), log)
        state = _unaltered_state(model)
    return state


def record(move: Move, log: Log) -> Entry:
    """Write an entry that moves no alias."""
    entry = store.write_intent(move)
    log(f"Entry {entry.entry} of the ledger is announced: {move.action}.")
    return finish(entry, log)


def finish(entry: Entry, log: Log) -> Entry:
    """Write the entry of an intent whose alias has moved, and anchor it."""
    store.append(entry)
    log(f"Entry {entry.entry} of the ledger is written.")
    _close(entry, log)
    return entry


def _end(state: State, intent: Entry, log: Log) -> None:
    move = intent.move
    if intent.hash in {row["hash"] for row in state.rows}:
        _close(intent, log)
    elif not move.moved or state.production == move.to_version:
        finish(intent, log)
    else:
        record(replace(move, action=Action.REFUSED, rule="interrupted", reason=f"{INTERRUPTED} {move.reason}"), log)


def _close(entry: Entry, log: Log) -> None:
    write_anchor(entry.move.model, anchor_at(row_of(entry)))
    log(f"Entry {entry.entry} of the ledger is anchored.")
    write_file(entry.move.model)
    store.clear_intent(entry)


def _unaltered_state(model: str) -> State:
    state = read_state(model)
    if not state.registered:
        raise RegistryError(f"{model} has no version yet", act=f"`python -m flows train {model}` registers some")
    require_known_spelling(model, dict(state.aliases))
    require_unaltered(state)
    return state
