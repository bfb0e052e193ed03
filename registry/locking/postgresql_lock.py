"""Registry: locks of a PostgreSQL server. They belong to a session, and go with it, whichever host it came from."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from components.core.errors import RegistryError
from registry.locking.records import HeldLock, LockRequest

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's code of a wait that took longer than lock_timeout
# A lock of one 64-bit number stands in pg_locks as two halves, with objsubid 1 (its documentation, pg_locks).
THIS_ONE = "locktype = 'advisory' AND granted AND objsubid = 1 AND ((classid::bigint << 32) | objid::bigint) = :key"
MINE = text(f"SELECT 1 FROM pg_locks WHERE pid = pg_backend_pid() AND {THIS_ONE}")
HOLDER = text(f"SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE {THIS_ONE}")


@contextmanager
def advisory_lock(opened: Engine, wanted: LockRequest) -> Iterator[HeldLock]:
    """Hold a lock of the server in a session of its own, which is named as the holder. Whoever waits stands in line."""
    key = _key(wanted.name)
    try:
        session = opened.connect().execution_options(isolation_level="AUTOCOMMIT")
        session.detach()  # from the pool: closing it really ends the session, and frees the lock whatever happened
    except SQLAlchemyError as error:
        raise _cannot(wanted, error) from None
    try:
        _take(session, key, wanted)
        yield HeldLock(wanted.name, lambda: _is_mine(session, key))
    finally:
        session.close()


def _take(session: Connection, key: int, wanted: LockRequest) -> None:
    milliseconds = max(1, round(wanted.timeout * 1000))  # 0 would mean: wait for ever
    try:
        session.execute(text("SELECT set_config('application_name', :who, false)"), {"who": wanted.holder})
        session.execute(text("SELECT set_config('lock_timeout', :ms, false)"), {"ms": str(milliseconds)})
        session.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key})
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) == LOCK_NOT_AVAILABLE:
            raise wanted.timeout_error(str(session.execute(HOLDER, {"key": key}).scalar() or "")) from None
        raise _cannot(wanted, error) from None
    except SQLAlchemyError as error:
        raise _cannot(wanted, error) from None


def _is_mine(session: Connection, key: int) -> bool:
    try:
        return session.execute(MINE, {"key": key}).first() is not None
    except SQLAlchemyError:
        return False  # the server has ended the session


def _key(name: str) -> int:
    """Return the 64-bit number, with its sign, that stands for a name."""
    return int.from_bytes(sha256(f"atelier {name}".encode()).digest()[:8], signed=True)


def _cannot(wanted: LockRequest, error: SQLAlchemyError) -> RegistryError:
    return RegistryError(f"The lock {wanted.name!r} cannot be taken: {' '.join(str(error).split())[:200]}.")
