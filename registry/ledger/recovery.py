"""Registry: the next command ends what a command that died has begun (registry/production.py has the order)."""

from collections.abc import Callable
from dataclasses import replace

from components.core.errors import RegistryError
from registry.aliases import require_known_spelling
from registry.ledger import store
from registry.ledger.entries import Action, Entry, Move, row_of
from registry.ledger.jsonl_copy import write_file
from registry.ledger.state import State, anchor_at, read_state, write_anchor
from registry.ledger.verify import require_whole

INTERRUPTED = "The command ended before the alias moved."

Tell = Callable[[str], None]


def silent(sentence: str) -> None:
    """Tell nobody."""


def recover(model: str, by: str, tell: Tell) -> State:
    """End what others began, and let the ledger follow the alias; return the state after that. Inside the lock only.

    Raises:
        RegistryError: the model has no version; the ledger was altered; or an alias is spelled in another way.
    """
    state = _whole(model)
    if state.intent:
        _end(state, state.intent, tell)
        state = _whole(model)
    if state.anchor is None and state.rows:  # of before there were anchors
        write_anchor(model, anchor_at(state.rows[-1]))
    known = store.in_production(state.entries)
    if state.production != known:
        why = "The alias was found there: it was moved by hand, or its version was deleted."
        record(Move(model, Action.REPAIR, known, state.production, "", "found", why, by), tell)
        state = _whole(model)
    return state


def record(move: Move, tell: Tell) -> Entry:
    """Write an entry that moves no alias."""
    entry = store.announce(move)
    tell(f"Entry {entry.entry} of the ledger is announced: {move.action}.")
    return finish(entry, tell)


def finish(entry: Entry, tell: Tell) -> Entry:
    """Write an announced entry whose alias stands, and anchor it."""
    store.append(entry)
    tell(f"Entry {entry.entry} of the ledger is written.")
    _close(entry, tell)
    return entry


def _end(state: State, intent: Entry, tell: Tell) -> None:
    move = intent.move
    if intent.hash in {row["hash"] for row in state.rows}:
        _close(intent, tell)
    elif not move.moved or state.production == move.to_version:
        finish(intent, tell)
    else:
        record(replace(move, action=Action.REFUSED, rule="interrupted", reason=f"{INTERRUPTED} {move.reason}"), tell)


def _close(entry: Entry, tell: Tell) -> None:
    write_anchor(entry.move.model, anchor_at(row_of(entry)))
    tell(f"Entry {entry.entry} of the ledger is anchored.")
    write_file(entry.move.model)
    store.clear_intent(entry)


def _whole(model: str) -> State:
    state = read_state(model)
    if not state.registered:
        raise RegistryError(f"{model} has no version yet: `python -m flows train {model}` registers some.")
    require_known_spelling(model, dict(state.aliases))
    require_whole(state)
    return state
