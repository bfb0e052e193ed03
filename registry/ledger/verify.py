"""Registry: is the ledger what was written, all of it and in order? Every edit, gap and cut is found, and where."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components.core.errors import RegistryError
from registry.aliases import PRODUCTION, has_version
from registry.ledger import store
from registry.ledger.entries import Row, hash_of, row_of
from registry.ledger.state import Anchor, State, read_state


@dataclass(frozen=True, slots=True)
class Finding:
    """Something is not as it was written. Where it is no alarm, a command died, and the next one ends its work."""

    entry: int | None
    found: str
    expected: str
    alarm: bool = True

    def __str__(self) -> str:
        where = "The ledger" if self.entry is None else f"Entry {self.entry}"
        return f"{where}: found {self.found}, expected {self.expected}."


def verify(model: str, kept: str = "") -> list[Finding]:
    """Return everything about the model's ledger that is not as it was written; nothing where it is whole.

    Args:
        model: whose ledger.
        kept: the hash of an entry that somebody kept at another place, such as the page of the flow run.

    Raises:
        RegistryError: the database or MLflow does not answer.
    """
    return findings_in(read_state(model), kept)


def require_whole(state: State) -> None:
    """Raise RegistryError if the ledger was altered: to write behind it would bury that."""
    alarm = next((finding for finding in findings_in(state) if finding.alarm), None)
    if alarm:
        raise RegistryError(
            f"The ledger of {state.model} was altered, nothing is moved. {str(alarm).removesuffix('.')}: "
            f"`python -m flows verify {state.model}` tells more, `restore` puts it back."
        )


def problem(model: str) -> str | None:
    """Return a sentence where the ledger was altered, the alias is elsewhere, or a move has not ended; else None."""
    return problem_in(read_state(model))


def problem_in(state: State) -> str | None:
    """Return what `problem` says of a state that was read already."""
    model = state.model
    if any(finding.alarm for finding in findings_in(state)):
        return f"The ledger of {model} was altered: `python -m flows verify {model}` tells where, and what to do."
    if state.intent and state.intent.hash not in {row["hash"] for row in state.rows}:
        move = state.intent.move
        return (
            f"A move of {model} from {_version(move.from_version)} to {_version(move.to_version)} by "
            f"{move.by or 'somebody'} has begun and not ended: the next promote or rollback ends it, if none runs."
        )
    known = store.in_production(state.entries)
    if state.production is not None and not has_version(model, state.production):
        return (
            f"{PRODUCTION} of {model} points to version {state.production}, which is not there, expected one that is: "
            f"`python -m flows rollback {model} --reason ...` puts an earlier one there."
        )
    if state.production == known:
        return None
    return (
        f"{_version(state.production).capitalize()} of {model} is in production, the ledger says {_version(known)}: "
        "the alias was moved by hand, or its version deleted; the next promote or rollback writes that down."
    )


def findings_in(state: State, kept: str = "") -> list[Finding]:
    return [*chain_findings(state.rows), *_anchor_findings(state), *_begun(state), *_kept(state.rows, kept)]


def chain_findings(rows: Sequence[Row]) -> Iterator[Finding]:
    """Yield what does not fit inside the chain: numbers that are not 1, 2, 3 ..., and hashes."""
    number, before = 1, ""
    for row in rows:
        if row["entry"] != number:
            yield Finding(number, f"entry {row['entry']} in its place", f"entry {number}")
        if row["previous_hash"] != before:
            yield Finding(row["entry"], f"previous hash {_cut(row['previous_hash'])}", _cut(before) or "none")
        if row["hash"] != hash_of(row):
            yield Finding(row["entry"], f"hash {_cut(row['hash'])}", f"{_cut(hash_of(row))}, as its fields make")
        number, before = (row["entry"] if isinstance(row["entry"], int) else number) + 1, row["hash"]


def _anchor_findings(state: State) -> Iterator[Finding]:
    """Yield where the ledger does not go through its anchor, or goes beyond it without an intent that says why."""
    rows, anchor = state.rows, state.anchor
    announced = state.intent.hash if state.intent else None
    if anchor is None:
        if any(row["form"] != 1 and row["hash"] != announced for row in rows):
            yield Finding(None, "no anchor in MLflow", f"the tag store.head with the hash of entry {len(rows)}")
        return
    place = next((place for place, row in enumerate(rows) if row["hash"] == anchor.head), None)
    if place is None:
        yield from _anchored(rows, anchor)
        return
    for row in rows[place + 1 :]:
        if row["hash"] != announced:
            yield Finding(row["entry"], "an entry behind the anchored end", f"the end at entry {place + 1}")
    if anchor.entries != str(place + 1) and anchor.head != announced:
        yield Finding(place + 1, f"{anchor.entries!r} as the tag store.entries", f"'{place + 1}'")


def _anchored(rows: Sequence[Row], anchor: Anchor) -> Iterator[Finding]:
    """Yield a finding unless the entry that the anchor names bears the anchor's hash."""
    number = int(anchor.entries) if anchor.entries.isdecimal() else None
    hashes = {row["entry"]: row["hash"] for row in rows}
    if number is None or hashes.get(number) != anchor.head:
        found = f"hash {_cut(hashes[number])}" if number in hashes else f"an end after {len(rows)} entries"
        yield Finding(number, found, f"{_cut(anchor.head) or 'no hash'}, as anchored")


def _begun(state: State) -> Iterator[Finding]:
    """Yield what is under way. An intent that nobody can have announced behind the last entry was edited."""
    intent = state.intent
    if intent is None:
        return
    known, head = {row["hash"] for row in state.rows}, state.rows[-1]["hash"] if state.rows else ""
    if intent.hash in known or (intent.previous_hash == head and intent.hash == hash_of(row_of(intent))):
        begun = f"an entry by {intent.move.by or 'somebody'} that has begun and not ended"
        yield Finding(intent.entry, begun, "its end, by a command that runs or by the next one", alarm=False)
    else:
        yield Finding(intent.entry, "an announced entry that is not what was announced", "none, or one behind the last")


def _kept(rows: Sequence[Row], kept: str) -> Iterator[Finding]:
    if kept and kept not in {row["hash"] for row in rows}:
        yield Finding(None, f"no entry with hash {_cut(kept)}", "one, as it was kept")


def _cut(text: str) -> str:
    return str(text)[:12]


def _version(number: int | None) -> str:
    return "nothing" if number is None else f"version {number}"
