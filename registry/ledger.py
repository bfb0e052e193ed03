"""Registry: the ledger, which says for ever what was in production when, and why. MLflow does not keep that."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from components.core.errors import RegistryError
from registry.database import MOVES, engine
from registry.home import settings

ROLLBACK = "rollback"  # the rule of a move that a person ordered, back to what was there before


@dataclass(frozen=True, slots=True)
class Move:
    """The alias went from one version, or from None, to another. `by` is the run that moved it."""

    model: str
    from_version: int | None
    to_version: int | None
    verdict: str
    rule: str
    reason: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A move in its place in the ledger. `hash` covers the move, its time and the entry before it."""

    entry: int
    time: float  # seconds since 1970
    move: Move
    previous_hash: str
    hash: str


def append(move: Move) -> Entry:
    """Write a move behind the model's last one. Meant to be called inside the lock of the alias.

    Raises:
        RegistryError: somebody else wrote in the same moment, without the lock; or the database does not answer.
    """
    earlier = history(move.model)
    number, before = (earlier[-1].entry + 1, earlier[-1].hash) if earlier else (1, "")
    now = time.time()
    entry = Entry(number, now, move, before, _hash(number, now, move, before))
    values = {"entry": number, "time": now, "previous_hash": before, "hash": entry.hash, **asdict(move)}
    try:
        with engine(settings().database_url).begin() as connection:
            connection.execute(insert(MOVES).values(values))
    except IntegrityError:
        raise RegistryError(
            f"Entry {number} of the ledger of {move.model} was written by somebody else: run the same command again."
        ) from None
    except SQLAlchemyError as error:
        raise RegistryError(f"The ledger of {move.model} cannot be written: {_short(error)}.") from None
    return entry


def history(model: str) -> list[Entry]:
    """Return the model's moves, oldest first."""
    try:
        with engine(settings().database_url).connect() as connection:
            rows = connection.execute(select(MOVES).where(MOVES.c.model == model).order_by(MOVES.c.entry)).mappings()
            return [
                Entry(
                    row["entry"],
                    row["time"],
                    Move(**{name: row[name] for name in Move.__slots__}),
                    row["previous_hash"],
                    row["hash"],
                )
                for row in rows
            ]
    except SQLAlchemyError as error:
        raise RegistryError(f"The ledger of {model} cannot be read: {_short(error)}.") from None


def previous_production(model: str) -> int | None:
    """Return the version that a rollback goes back to, or None. Rolling back twice goes further back, never forth."""
    path: list[int] = []
    for entry in history(model):
        to, back = entry.move.to_version, entry.move.rule == ROLLBACK
        if to is None:
            continue
        if back and to in path:
            path = path[: _last(path, to) + 1]
        elif path[-1:] != [to]:
            path.append(to)
    return path[-2] if len(path) > 1 else None


def altered(entries: Sequence[Entry]) -> int | None:
    """Return the number of the first entry that does not fit the ones before it, or None if the chain is whole."""
    before = ""
    for number, entry in enumerate(entries, start=1):
        expected = _hash(number, entry.time, entry.move, before)
        if (entry.entry, entry.previous_hash, entry.hash) != (number, before, expected):
            return number
        before = entry.hash
    return None


def _hash(number: int, now: float, move: Move, before: str) -> str:
    fields = {"entry": number, "time": repr(now), "previous": before, **asdict(move)}
    return sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _last(path: Sequence[int], version: int) -> int:
    return len(path) - 1 - path[::-1].index(version)
