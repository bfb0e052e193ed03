"""Registry: the ledger, which says for ever what was in production when, and why. MLflow does not keep that.

Every attempt is an entry, moved or refused. Entries are only ever added, each chained to the one before by its hash. An
entry is sealed before its work begins and is the model's *intent* meanwhile (registry/production.py says what for).
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from components.core.errors import RegistryError, UnavailableError
from registry.database import INTENTS, MOVES, engine, said
from registry.ledger.entries import Action, Entry, Move, Row, entry_of, row_of, seal
from registry.settings import settings

UNREADABLE = "unreadable"  # in place of a hash
BACK = (Action.ROLLBACK, Action.REPAIR)  # who goes to a version of before by these does not come from it


def history(model: str) -> list[Entry]:
    """Return the model's entries, oldest first."""
    return [entry_of(row) for row in rows(model)]


def rows(model: str) -> list[Row]:
    """Return the entries as they lie in the database, whatever was done to them there."""
    with _connected(model, "read") as connection:
        found = connection.execute(select(MOVES).where(MOVES.c.model == model).order_by(MOVES.c.entry))
        return [dict(row) for row in found.mappings()]


def head(model: str) -> str:
    """Return the hash of the model's last entry, or an empty text."""
    with _connected(model, "read") as connection:
        last = select(MOVES.c.hash).where(MOVES.c.model == model).order_by(MOVES.c.entry.desc()).limit(1)
        return str(connection.execute(last).scalar() or "")


def intent(model: str) -> Entry | None:
    """Return the entry that is about to be written, or that a command which died was about to write."""
    with _connected(model, "read") as connection:
        found = connection.execute(select(INTENTS.c.row).where(INTENTS.c.model == model)).scalar()
    return _read(model, found) if found else None


def announce(move: Move) -> Entry:
    """Seal a move as the model's next entry and make it the intent, in place of an earlier one. Inside the lock."""
    earlier = rows(move.model)
    number, before = (earlier[-1]["entry"] + 1, earlier[-1]["hash"]) if earlier else (1, "")
    entry = seal(move, number, time.time(), before)
    with _connected(move.model, "written") as connection:
        _announce(connection, entry)
    return entry


def put_back(model: str, whole: Sequence[Row], move: Move) -> Entry:
    """Put these rows in place of the model's, and announce the move that says so, at once. Inside the lock."""
    entry = seal(move, len(whole) + 1, time.time(), whole[-1]["hash"])
    with _connected(model, "written") as connection:
        connection.execute(delete(MOVES).where(MOVES.c.model == model))
        connection.execute(insert(MOVES), [dict(row) for row in whole])
        _announce(connection, entry)
    return entry


def append(entry: Entry) -> None:
    """Write an announced entry behind the model's last one.

    Raises:
        RegistryError: it is not the intent any more, as the lock was lost; or the database does not answer.
    """
    model = entry.move.model
    with _connected(model, "written") as connection:
        announced = connection.execute(select(INTENTS.c.hash).where(INTENTS.c.model == model)).scalar()
        if announced != entry.hash:
            raise RegistryError(f"Somebody else has taken over the ledger of {model}: run the same command again.")
        connection.execute(insert(MOVES).values(row_of(entry)))


def clear_intent(entry: Entry) -> None:
    """Take the intent away: its entry is written, and anchored."""
    with _connected(entry.move.model, "written") as connection:
        connection.execute(delete(INTENTS).where(INTENTS.c.model == entry.move.model, INTENTS.c.hash == entry.hash))


def last_move(entries: Sequence[Entry]) -> Entry | None:
    """Return the last entry that moved the alias."""
    return next((entry for entry in reversed(entries) if entry.move.moved), None)


def in_production(entries: Sequence[Entry]) -> int | None:
    """Return the version that is in production as the ledger has it."""
    last = last_move(entries)
    return last.move.to_version if last else None


def earlier_production(entries: Sequence[Entry], exists: Callable[[int], bool]) -> tuple[int | None, list[int]]:
    """Return the version that a rollback goes back to, or None, and those passed over, which are deleted.

    Rolling back twice goes further back, never forth.
    """
    now, path = in_production(entries), list[int]()
    for move in (entry.move for entry in entries if entry.move.moved and entry.move.to_version is not None):
        to = int(move.to_version or 0)
        if move.action in BACK and to in path:
            path = path[: _last(path, to) + 1]
        elif path[-1:] != [to]:
            path.append(to)
    deleted: list[int] = []
    for version in (version for version in reversed(path) if version != now):
        if exists(version):
            return version, deleted
        deleted.append(version)
    return None, deleted


def _announce(connection: Connection, entry: Entry) -> None:
    model, row = entry.move.model, json.dumps(row_of(entry))
    connection.execute(delete(INTENTS).where(INTENTS.c.model == model))
    connection.execute(insert(INTENTS).values(model=model, hash=entry.hash, row=row))


def _read(model: str, intent: str) -> Entry:
    """Return the entry of an intent. One that was edited beyond reading fits nowhere, and so is found."""
    try:
        return entry_of(json.loads(intent))
    except (ValueError, KeyError, TypeError, RegistryError):
        return Entry(0, 0.0, Move(model, Action.REFUSED, None, None, "", "", ""), UNREADABLE, UNREADABLE)


@contextmanager
def _connected(model: str, what: str) -> Iterator[Connection]:
    try:
        with engine(settings().database_url).begin() as connection:
            yield connection
    except IntegrityError:
        raise RegistryError(
            f"The next entry of the ledger of {model} was written by somebody else: run the same command again."
        ) from None
    except SQLAlchemyError as error:
        raise UnavailableError(f"The ledger of {model} cannot be {what}: {said(error)}.") from None


def _last(path: Sequence[int], version: int) -> int:
    return len(path) - 1 - path[::-1].index(version)
