"""Registry: restore an altered ledger from a copy that was not altered, and add an entry that says so."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from components.core.errors import RegistryError, UsageError
from registry.client import translate_errors
from registry.ledger import store
from registry.ledger.entries import Action, Entry, Move, Row, entry_of
from registry.ledger.jsonl_copy import ledger_file, read_file
from registry.ledger.recovery import Log, no_log, recover
from registry.ledger.state import State, anchor_at, read_state, write_anchor
from registry.ledger.verify import chain_findings, findings_in
from registry.locking.lock import lock_production

RESTORED = "restored"  # the rule of that entry

COPIES: Mapping[str, Callable[[State], Sequence[Row]]] = {
    "the database": lambda state: state.rows,
    "its file": lambda state: read_file(state.model),
}


@translate_errors()
def restore(model: str, reason: str, kept: str = "", by: str = "", log: Log = no_log) -> Entry | None:
    """Restore an altered ledger from the database or from its file, and add an entry with the reason.

    A copy is trusted if its chain of hashes is valid and ends in the anchored hash. If the anchor itself was altered, a
    copy is trusted if it ends in the hash that a person kept.

    Args:
        model: the registered model whose ledger is restored.
        reason: why; the new entry keeps it.
        kept: a hash (64 hex digits) that a person kept elsewhere; a trusted copy must have it.
        by: the person or run that restores.
        log: is called with a message after each step.

    Returns:
        The new last entry, of action REPAIR; None if nothing was altered.

    Raises:
        UsageError: `kept` is not a hash.
        RegistryError: no copy is trusted; or the database or MLflow does not answer.
    """
    if kept and not re.fullmatch("[0-9a-f]{64}", kept):
        raise UsageError(
            f"{kept!r} is not a hash",
            expected="64 hexadecimal digits",
            act=f"copy one that `python -m flows history {model} --json` printed",
        )
    with lock_production(model):
        state = read_state(model)
        alarm = next((finding for finding in findings_in(state, kept) if finding.alarm), None)
        if alarm is None:
            return None
        source, rows = _trusted_copy(state, kept)
        last = store.in_production([entry_of(row) for row in rows])
        found = str(alarm).removesuffix(".")
        why = f"The ledger was altered ({found}) and restored from {source}: {reason}"
        entry = store.restore_rows(
            model, rows, Move(model, Action.REPAIR, last, state.production, "", RESTORED, why, by)
        )
        log(f"The ledger is restored from {source}.")
        write_anchor(model, anchor_at(rows[-1]))
        recover(model, by, log)  # finishes the entry, as after a command that died
        return entry


def _trusted_copy(state: State, kept: str) -> tuple[str, Sequence[Row]]:
    copies = ((name, read(state)) for name, read in COPIES.items())
    found = next(((name, rows) for name, rows in copies if _is_trusted(rows, state, kept)), None)
    if found is None:
        ends = kept or (state.anchor.head if state.anchor else "") or "a hash that you kept (--kept HASH)"
        raise RegistryError(
            f"Neither the database nor {ledger_file(state.model)} has an unaltered ledger of {state.model}",
            expected=f"{ends} as the last hash",
            act="replace the file by a backup, then run the same command again",
        )
    return found


def _is_trusted(rows: Sequence[Row], state: State, kept: str) -> bool:
    hashes = [row["hash"] for row in rows]
    if not hashes or (kept and kept not in hashes) or any(True for _ in chain_findings(rows)):
        return False
    return hashes[-1] in set(_ends(state, hashes, kept))


def _ends(state: State, hashes: Sequence[str], kept: str) -> Iterator[str]:
    """Yield the hashes that the last entry of a trusted copy may have."""
    if state.anchor is None or state.anchor.head not in hashes:
        yield kept
        return
    yield state.anchor.head
    if state.intent and hashes[-2:] == [state.anchor.head, state.intent.hash]:  # its command died before the anchor
        yield state.intent.hash
