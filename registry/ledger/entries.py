"""Registry: an entry of the ledger, and its hash, which covers the hash of the entry before it."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from components.core.errors import RegistryError
from components.core.masking import mask

Row = Mapping[str, Any]  # an entry as a row of the database


class Action(StrEnum):
    PROMOTE = "PROMOTE"
    ROLLBACK = "ROLLBACK"  # a person put an earlier version back
    REPAIR = "REPAIR"  # the alias differed from the ledger, which follows it
    REFUSED = "REFUSED"  # an attempt that moved nothing


@dataclass(frozen=True, slots=True)
class Move:
    """A move of the alias from one version, or None, to another; with the action REFUSED, an attempt at it.

    `by` is the run or the person that moved it. `numbers` are the scores behind the decision. `adapter` and `report`
    are the digests of the weights and of the evaluation report.
    """

    model: str
    action: str
    from_version: int | None
    to_version: int | None
    verdict: str
    rule: str
    reason: str
    by: str = ""
    numbers: Mapping[str, float | None] = field(default_factory=dict)
    adapter: str = ""
    report: str = ""

    @property
    def moved(self) -> bool:
        return self.action != Action.REFUSED and self.from_version != self.to_version


@dataclass(frozen=True, slots=True)
class Entry:
    """A move as a numbered entry. `hash` covers the move, its number, its time and the hash of the entry before it."""

    entry: int
    time: float  # seconds since 1970
    move: Move
    previous_hash: str
    hash: str
    form: int = 2  # which fields the hash covers: a key of HASHED_FIELDS


def seal(move: Move, number: int, now: float, before: str) -> Entry:
    """Return the move as entry `number`, after the entry whose hash is `before`; `now` in seconds since 1970."""
    unsealed = Entry(number, now, _clean(move), before, "")
    return Entry(number, now, unsealed.move, before, hash_of(row_of(unsealed)))


def hash_of(row: Row) -> str:
    """Return the hash that a row must have (64 hex digits), or an empty string if its form is unknown."""
    fields = HASHED_FIELDS.get(row["form"])
    if fields is None:
        return ""
    return sha256(
        json.dumps(fields(row), sort_keys=True, default=repr).encode()
    ).hexdigest()  # bytes, which SQLite keeps in text columns too


def row_of(entry: Entry) -> dict[str, Any]:
    place = {"form": entry.form, "entry": entry.entry, "time": entry.time}
    move = asdict(entry.move) | {"action": str(entry.move.action), "numbers": _json(entry.move.numbers)}
    return {**place, **move, "previous_hash": entry.previous_hash, "hash": entry.hash}


def entry_of(row: Row) -> Entry:
    """Return the entry of a row.

    Raises:
        RegistryError: the row was edited by hand: its numbers are not a JSON object.
    """
    move = {name: row[name] for name in Move.__slots__} | {"action": _action(row), "numbers": _numbers(row)}
    return Entry(row["entry"], row["time"], Move(**move), row["previous_hash"], row["hash"], row["form"])


def _first_form(row: Row) -> dict[str, Any]:
    """Return the fields that form 1 hashes. It had no actions and numbers, so those columns must be empty."""
    hashed = ("model", "entry", "from_version", "to_version", "verdict", "rule", "reason", "by")
    fields = {name: row[name] for name in hashed}
    later = {name: row[name] for name in ("action", "numbers", "adapter", "report") if row[name] != ""}
    return fields | later | {"time": repr(row["time"]), "previous": row["previous_hash"]}


def _second_form(row: Row) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "hash"} | {"time": repr(row["time"])}


HASHED_FIELDS: Mapping[int, Callable[[Row], dict[str, Any]]] = {1: _first_form, 2: _second_form}


def _action(row: Row) -> str:
    """Return the action; in form 1 the rule tells a rollback from a promotion."""
    return row["action"] or (Action.ROLLBACK if row["rule"] == "rollback" else Action.PROMOTE)


def _numbers(row: Row) -> dict[str, float | None]:
    try:
        return dict[str, float | None](json.loads(row["numbers"] or "{}"))
    except (ValueError, TypeError):
        raise RegistryError(
            f"Entry {row['entry']} of the ledger of {row['model']} has edited numbers",
            expected="a JSON object",
            act=f"`python -m flows verify {row['model']}` shows every alteration",
        ) from None


def _json(numbers: Mapping[str, float | None]) -> str:
    return json.dumps(dict(numbers), sort_keys=True)


def _clean(move: Move) -> Move:
    """Replace what a database cannot keep: NUL, broken characters of the command line, numbers that are not finite."""
    texts = {name: _text(value) for name, value in asdict(move).items() if isinstance(value, str)}
    numbers = {
        _text(str(name)): value if value is not None and math.isfinite(value) else None
        for name, value in move.numbers.items()
    }
    return Move(**(asdict(move) | texts | {"numbers": numbers}))


def _text(text: str) -> str:
    return mask(str(text)).encode("utf-8", "replace").decode().replace("\0", "")
