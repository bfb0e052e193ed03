"""Registry: locks that hold across processes and machines, and that expire when their holder dies."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from uuid import uuid4

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from components.core.errors import RegistryError
from registry.database import LOCKS, engine

ASK_AGAIN = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Held:
    """A lock in hand. Who was asleep for longer than `ttl` may have lost it: ask right before what must not double."""

    database_url: str
    name: str
    token: str

    def require(self) -> None:
        """Raise RegistryError if the lock has expired and was taken over."""
        mine = (LOCKS.c.name == self.name) & (LOCKS.c.token == self.token) & (LOCKS.c.expires > time.time())
        with engine(self.database_url).connect() as connection:
            if connection.execute(select(LOCKS.c.name).where(mine)).first() is None:
                raise RegistryError(f"The lock {self.name!r} expired while it was held: run the same command again.")


@contextmanager
def lock(database_url: str, name: str, ttl: float = 60, timeout: float = 90, holder: str = "") -> Iterator[Held]:
    """Hold the lock `name` inside the block; at most one block in the world does, if clocks agree within `ttl`.

    Args:
        database_url: where all who compete look.
        name: what is locked.
        ttl: seconds after which the lock of a holder that died is free again. A live holder renews it.
        timeout: seconds to wait for it. Longer than `ttl`, so that a killed command can be repeated at once.
        holder: who holds it, for the others' error; by default this process.

    Raises:
        RegistryError: somebody else kept it, and is named; or the database does not answer.
    """
    held = Held(database_url, name, uuid4().hex)
    _wait(held, ttl, timeout, holder or f"process {os.getpid()} on {socket.gethostname()}")
    ended = Event()
    renewal = Thread(target=_renew, args=(held, ttl, ended), daemon=True)
    renewal.start()
    try:
        yield held
    finally:
        ended.set()
        renewal.join()
        _release(held)


def _wait(held: Held, ttl: float, timeout: float, holder: str) -> None:
    deadline = time.monotonic() + timeout
    while not _take(held, ttl, holder):
        if time.monotonic() >= deadline:
            raise RegistryError(
                f"{held.name!r} is in the hands of {_holder(held)}, waited {timeout:.0f} s for it: "
                "wait until that work has ended, then run the same command again."
            )
        time.sleep(ASK_AGAIN)


def _take(held: Held, ttl: float, holder: str) -> bool:
    """Drop the lock if it has expired, then insert ours: the primary key lets one through."""
    now = time.time()
    expired = delete(LOCKS).where(LOCKS.c.name == held.name, LOCKS.c.expires < now)
    ours = insert(LOCKS).values(name=held.name, token=held.token, holder=holder, expires=now + ttl)
    try:
        with engine(held.database_url).begin() as connection:
            connection.execute(expired)
            connection.execute(ours)
    except IntegrityError:
        return False
    except SQLAlchemyError as error:
        raise RegistryError(f"The lock {held.name!r} cannot be taken: {' '.join(str(error).split())[:200]}.") from None
    return True


def _renew(held: Held, ttl: float, ended: Event) -> None:
    mine = (LOCKS.c.name == held.name) & (LOCKS.c.token == held.token)
    while not ended.wait(ttl / 3):
        with suppress(SQLAlchemyError), engine(held.database_url).begin() as connection:  # two more tries are left
            connection.execute(update(LOCKS).where(mine).values(expires=time.time() + ttl))


def _release(held: Held) -> None:
    """Give the lock back. Where the database does not answer it expires by itself, and the work's own error is kept."""
    with suppress(SQLAlchemyError), engine(held.database_url).begin() as connection:
        connection.execute(delete(LOCKS).where(LOCKS.c.name == held.name, LOCKS.c.token == held.token))


def _holder(held: Held) -> str:
    with engine(held.database_url).connect() as connection:
        found = connection.execute(select(LOCKS.c.holder).where(LOCKS.c.name == held.name)).scalar()
    return str(found or "somebody who has just let go")
