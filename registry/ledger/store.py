"""Registry: the ledger in the database: what was in production, when and why, which MLflow does not keep.

Every attempt is an entry, moved or refused. Entries are only added, and each hash covers the hash before it. An entry
is sealed before its move begins; until it is written it is the model's *intent* (registry/production.py says why).
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from components.core.errors import RegistryError, UnavailableError
from registry.database import CHECK_DATABASE, database_error_text, engine
from registry.ledger.entries import Action, Entry, Move, Row, entry_of, row_of, seal
from registry.settings import settings
from registry.tables import INTENTS, MOVES

UNREADABLE = "unreadable"  # in place of a hash
BACKWARD_ACTIONS = (
    Action.ROLLBACK,
    Action.REPAIR,
)  # a move to an earlier version by one of these goes back, never forward


def history(model: str) -> list[Entry]:
    """Return the model's entries, oldest first."""
    return [entry_of(row) for row in rows(model)]


def rows(model: str) -> list[Row]:
    """Return the rows of the database unchecked, oldest first."""
    with _connected(model, "read") as connection:
        found = connection.execute(select(MOVES).where(MOVES.c.model == model).order_by(MOVES.c.entry))
        return [dict(row) for row in found.mappings()]


def head(model: str) -> str:
    """Return the hash of the model's last entry, or an empty string."""
    with _connected(model, "read") as connection:
        last = select(MOVES.c.hash).where(MOVES.c.model == model).order_by(MOVES.c.entry.desc()).limit(1)
        return str(connection.execute(last).scalar() or "")


def intent(model: str) -> Entry | None:
    """Return the entry that a running command, or one that died, is about to write; or None."""
    with _connected(model, "read") as connection:
        found = connection.execute(select(INTENTS.c.row).where(INTENTS.c.model == model)).scalar()
    return _read(model, found) if found else None


def write_intent(move: Move) -> Entry:
    """Seal a move as the model's next entry and write it as the intent, in place of an earlier one. Needs the lock."""
    earlier = rows(move.model)
    number, before = (earlier[-1]["entry"] + 1, earlier[-1]["hash"]) if earlier else (1, "")
    entry = seal(move, number, time.time(), before)
    with _connected(move.model, "written") as connection:
        _write_intent(connection, entry)
    return entry


def restore_rows(model: str, whole: Sequence[Row], move: Move) -> Entry:
    """Replace the model's rows and write the intent of the entry that says so, in one transaction. Needs the lock."""
    entry = seal(move, len(whole) + 1, time.time(), whole[-1]["hash"])
    with _connected(model, "written") as connection:
        connection.execute(delete(MOVES).where(MOVES.c.model == model))
        connection.execute(insert(MOVES), [dict(row) for row in whole])
        _write_intent(connection, entry)
    return entry


def append(entry: Entry) -> None:
    """Write the entry of the intent after the model's last one.

    Raises:
        RegistryError: it is no longer the intent, since the lock was lost; or the database does not answer.
    """
    model = entry.move.model
    with _connected(model, "written") as connection:
        present = connection.execute(select(INTENTS.c.hash).where(INTENTS.c.model == model)).scalar()
        if present != entry.hash:
            raise RegistryError(
                f"Another command has taken over the ledger of {model}", act="run the same command again"
            )
        connection.execute(insert(MOVES).values(row_of(entry)))


def clear_intent(entry: Entry) -> None:
    """Delete the intent, once its entry is written and anchored."""
    with _connected(entry.move.model, "written") as connection:
        connection.execute(delete(INTENTS).where(INTENTS.c.model == entry.move.model, INTENTS.c.hash == entry.hash))


def last_move(entries: Sequence[Entry]) -> Entry | None:
    """Return the last entry that moved the alias."""
    return next((entry for entry in reversed(entries) if entry.move.moved), None)


def in_production(entries: Sequence[Entry]) -> int | None:
    """Return the version that is in production according to the ledger, or None."""
    last = last_move(entries)
    return last.move.to_version if last else None


def earlier_production(entries: Sequence[Entry], exists: Callable[[int], bool]) -> tuple[int | None, list[int]]:
    """Return the version that a rollback goes back to, or None, and the deleted versions that it skips.

    A second rollback goes further back, never forward.
    """
    now, path = in_production(entries), list[int]()
    for move in (entry.move for entry in entries if entry.move.moved and entry.move.to_version is not None):
        to = int(move.to_version or 0)
        if move.action in BACKWARD_ACTIONS and to in path:
            path = path[: _last(path, to) + 1]
        elif path[-1:] != [to]:
            path.append(to)
    deleted: list[int] = []
    for version in (version for version in reversed(path) if version != now):
        if exists(version):
            return version, deleted
        deleted.append(version)
    return None, deleted


def _write_intent(connection: Connection, entry: Entry) -> None:
    model, row = entry.move.model, json.dumps(row_of(entry))
    connection.execute(delete(INTENTS).where(INTENTS.c.model == model))
    connection.execute(insert(INTENTS).values(model=model, hash=entry.hash, row=row))


def _read(model: str, intent: str) -> Entry:
    """Return the entry of an intent. For one that cannot be read, return an entry that `verify` reports."""
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
            f"Another command wrote the next entry of the ledger of {model}", act="run the same command again"
        ) from None
    except SQLAlchemyError as error:
        raise UnavailableError(
            f"The ledger of {model} cannot be {what} ({database_error_text(error)})", act=CHECK_DATABASE
        ) from None


def _last(path: Sequence[int], version: int) -> int:
    return len(path) - 1 - path[::-1].index(version)
