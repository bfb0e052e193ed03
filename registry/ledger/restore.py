"""Registry: the way out of an alarm. An altered ledger is put back from a copy that is whole, and says so itself."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from components.core.errors import RegistryError, UsageError
from registry.client import translate_errors
from registry.ledger import store
from registry.ledger.entries import Action, Entry, Move, Row, entry_of
from registry.ledger.jsonl_copy import ledger_file, read_file
from registry.ledger.recovery import Tell, recover, silent
from registry.ledger.state import State, anchor_at, read_state, write_anchor
from registry.ledger.verify import chain_findings, findings_in
from registry.locking.lock import lock_production

RESTORED = "restored"  # the rule of the entry that says so

COPIES: Mapping[str, Callable[[State], Sequence[Row]]] = {
    "the database": lambda state: state.rows,
    "its file": lambda state: read_file(state.model),
}


@translate_errors()
def restore(model: str, reason: str, kept: str = "", by: str = "", tell: Tell = silent) -> Entry | None:
    """Put the ledger back as it was, from the database or from its file; return the entry that says so.

    A copy is trusted whose chain is whole and which ends in the anchored hash. Where the anchor itself was altered a
    person vouches for a copy, by the hash that it ends in.

    Args:
        model: whose ledger.
        reason: why, in a person's words.
        kept: a hash (64 hex digits) that somebody kept at another place; a trusted copy has it.
        by: who does this.
        tell: is told a sentence after each step.

    Returns:
        The new end of the ledger, of action REPAIR; None where nothing was altered.

    Raises:
        UsageError: what was kept is no hash.
        RegistryError: no copy is trusted; or the database or MLflow does not answer.
    """
    if kept and not re.fullmatch("[0-9a-f]{64}", kept):
        raise UsageError(f"{kept!r} was given as a hash, expected 64 of 0-9 and a-f, as `history {model}` prints them.")
    with lock_production(model):
        state = read_state(model)
        alarm = next((finding for finding in findings_in(state, kept) if finding.alarm), None)
        if alarm is None:
            return None
        source, rows = _trusted_copy(state, kept)
        last = store.in_production([entry_of(row) for row in rows])
        found = str(alarm).removesuffix(".")
        why = f"The ledger was altered ({found}) and put back from {source}: {reason}"
        entry = store.put_back(model, rows, Move(model, Action.REPAIR, last, state.production, "", RESTORED, why, by))
        tell(f"The ledger is put back from {source}.")
        write_anchor(model, anchor_at(rows[-1]))
        recover(model, by, tell)  # ends the entry, as it would that of a command which died
        return entry


def _trusted_copy(state: State, kept: str) -> tuple[str, Sequence[Row]]:
    copies = ((name, read(state)) for name, read in COPIES.items())
    found = next(((name, rows) for name, rows in copies if _is_trusted(rows, state, kept)), None)
    if found is None:
        ends = kept or (state.anchor.head if state.anchor else "") or "a hash that somebody kept (--kept)"
        raise RegistryError(
            f"Neither the database nor {ledger_file(state.model)} holds a whole ledger of {state.model} that ends as "
            f"it must, expected {ends} as the last hash: put a copy of the file in its place and run this again."
        )
    return found


def _is_trusted(rows: Sequence[Row], state: State, kept: str) -> bool:
    hashes = [row["hash"] for row in rows]
    if not hashes or (kept and kept not in hashes) or any(True for _ in chain_findings(rows)):
        return False
    return hashes[-1] in set(_ends(state, hashes, kept))


def _ends(state: State, hashes: Sequence[str], kept: str) -> Iterator[str]:
    """Yield the hashes in which a copy may end."""
    if state.anchor is None or state.anchor.head not in hashes:
        yield kept
        return
    yield state.anchor.head
    if state.intent and hashes[-2:] == [state.anchor.head, state.intent.hash]:  # its command died before the anchor
        yield state.intent.hash
