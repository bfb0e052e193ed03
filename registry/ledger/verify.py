"""Registry: the check of the ledger, which finds every edit, gap and cut, and its place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components.core.errors import RegistryError
from registry import tags as tag
from registry.aliases import PRODUCTION, has_version
from registry.ledger import store
from registry.ledger.entries import Row, hash_of, row_of
from registry.ledger.state import Anchor, State, read_state


@dataclass(frozen=True, slots=True)
class Finding:
    """A difference from what was written. Without `alarm`, a command runs or died; the next finishes its work."""

    entry: int | None
    found: str
    expected: str
    alarm: bool = True

    def __str__(self) -> str:
        where = "The ledger" if self.entry is None else f"Entry {self.entry}"
        return f"{where}: found {self.found}, expected {self.expected}."


def verify(model: str, kept: str = "") -> list[Finding]:
    """Return every difference of the model's ledger from what was written; empty if it is unaltered.

    Args:
        model: the registered model whose ledger is checked.
        kept: the hash of an entry that a person kept elsewhere, for example from the page of a flow run.

    Raises:
        RegistryError: the database or MLflow does not answer.
    """
    return findings_in(read_state(model), kept)


def require_unaltered(state: State) -> None:
    """Raise RegistryError if the ledger was altered: new entries would hide that."""
    alarm = next((finding for finding in findings_in(state) if finding.alarm), None)
    if alarm:
        raise RegistryError(
            f"The ledger of {state.model} was altered, nothing is moved. {str(alarm).removesuffix('.')}",
            act=f"`python -m flows verify {state.model}` shows every alteration, `restore` puts the ledger back",
        )


def problem(model: str) -> str | None:
    """Return a sentence if the ledger was altered, the alias differs from it, or a move did not end; else None."""
    return problem_in(read_state(model))


def problem_in(state: State) -> str | None:
    """As `problem`, for a state that was read before."""
    model = state.model
    if any(finding.alarm for finding in findings_in(state)):
        return f"The ledger of {model} was altered: `python -m flows verify {model}` tells where, and what to do."
    if state.intent and state.intent.hash not in {row["hash"] for row in state.rows}:
        move = state.intent.move
        return (
            f"A move of {model} from {_version(move.from_version)} to {_version(move.to_version)} by "
            f"{move.by or 'an unknown author'} has begun and not ended: the next promote or rollback finishes it, "
            "unless it still runs."
        )
    known = store.in_production(state.entries)
    if state.production is not None and not has_version(model, state.production):
        return (
            f"{PRODUCTION} of {model} points to version {state.production}, which does not exist: "
            f"`python -m flows rollback {model} --reason ...` puts an earlier version in production."
        )
    if state.production == known:
        return None
    return (
        f"{_version(state.production).capitalize()} of {model} is in production, the ledger says {_version(known)}: "
        "the alias was moved by hand, or its version deleted; the next promote or rollback writes that down."
    )


def findings_in(state: State, kept: str = "") -> list[Finding]:
    return [
        *chain_findings(state.rows),
        *_anchor_findings(state),
        *_intent_findings(state),
        *_kept_findings(state.rows, kept),
    ]


def chain_findings(rows: Sequence[Row]) -> Iterator[Finding]:
    """Yield the breaks of the chain: entry numbers that are not 1, 2, 3 ..., and hashes that do not fit."""
    number, before = 1, ""
    for row in rows:
        if row["entry"] != number:
            yield Finding(number, f"entry {row['entry']} in its place", f"entry {number}")
        if row["previous_hash"] != before:
            yield Finding(row["entry"], f"previous hash {_short(row['previous_hash'])}", _short(before) or "none")
        if row["hash"] != hash_of(row):
            yield Finding(
                row["entry"], f"hash {_short(row['hash'])}", f"{_short(hash_of(row))}, the hash of its fields"
            )
        number, before = (row["entry"] if isinstance(row["entry"], int) else number) + 1, row["hash"]


def _anchor_findings(state: State) -> Iterator[Finding]:
    """Yield an anchor that matches no entry, and entries after the anchored one that no intent covers."""
    rows, anchor = state.rows, state.anchor
    announced = state.intent.hash if state.intent else None
    if anchor is None:
        if any(row["form"] != 1 and row["hash"] != announced for row in rows):
            yield Finding(None, "no anchor in MLflow", f"the tag {tag.LEDGER_HEAD} with the hash of entry {len(rows)}")
        return
    place = next((place for place, row in enumerate(rows) if row["hash"] == anchor.head), None)
    if place is None:
        yield from _anchored_entry_findings(rows, anchor)
        return
    for row in rows[place + 1 :]:
        if row["hash"] != announced:
            yield Finding(row["entry"], "an entry after the anchored one", f"the end at entry {place + 1}")
    if anchor.entries != str(place + 1) and anchor.head != announced:
        yield Finding(place + 1, f"{anchor.entries!r} as the tag {tag.LEDGER_ENTRIES}", f"'{place + 1}'")


def _anchored_entry_findings(rows: Sequence[Row], anchor: Anchor) -> Iterator[Finding]:
    """Yield a finding unless the entry with the anchor's number has the anchor's hash."""
    number = int(anchor.entries) if anchor.entries.isdecimal() else None
    hashes = {row["entry"]: row["hash"] for row in rows}
    if number is None or hashes.get(number) != anchor.head:
        found = f"hash {_short(hashes[number])}" if number in hashes else f"an end after {len(rows)} entries"
        yield Finding(number, found, f"{_short(anchor.head) or 'no hash'}, as anchored")


def _intent_findings(state: State) -> Iterator[Finding]:
    """Yield a move that did not end. An intent that does not follow the last entry was edited, which is an alarm."""
    intent = state.intent
    if intent is None:
        return
    known, head = {row["hash"] for row in state.rows}, state.rows[-1]["hash"] if state.rows else ""
    if intent.hash in known or (intent.previous_hash == head and intent.hash == hash_of(row_of(intent))):
        unfinished = f"an unfinished entry by {intent.move.by or 'an unknown author'}"
        yield Finding(intent.entry, unfinished, "its end, by the running command or the next one", alarm=False)
    else:
        yield Finding(intent.entry, "an intent that was edited", "none, or one that follows the last entry")


def _kept_findings(rows: Sequence[Row], kept: str) -> Iterator[Finding]:
    if kept and kept not in {row["hash"] for row in rows}:
        yield Finding(None, f"no entry with hash {_short(kept)}", "the entry that was kept")


def _short(text: str) -> str:
    return str(text)[:12]


def _version(number: int | None) -> str:
    return "nothing" if number is None else f"version {number}"
