"""Registry: advisory locks of a PostgreSQL server, for all hosts. The server frees them when the session ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from registry.locking.records import HeldLock, LockRequest

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's error code if a wait exceeds lock_timeout
# pg_locks shows a lock of one 64-bit number as two halves, with objsubid 1 (PostgreSQL's documentation, pg_locks).
THIS_LOCK = "locktype = 'advisory' AND granted AND objsubid = 1 AND ((classid::bigint << 32) | objid::bigint) = :key"
HELD_BY_THIS_SESSION = text(f"SELECT 1 FROM pg_locks WHERE pid = pg_backend_pid() AND {THIS_LOCK}")
HOLDER = text(f"SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE {THIS_LOCK}")


@contextmanager
def advisory_lock(opened: Engine, request: LockRequest) -> Iterator[HeldLock]:
    """Hold a lock of the server in a session of its own, named after the holder. Waiting sessions queue."""
    key = _key(request.name)
    try:
        session = opened.connect().execution_options(isolation_level="AUTOCOMMIT")
        session.detach()  # from the pool, so that closing it ends the session and frees the lock in any case
    except SQLAlchemyError as error:
        raise request.error(str(error)) from None
    try:
        _take(session, key, request)
        yield HeldLock(request.name, lambda: _is_held(session, key))
    finally:
        session.close()


def _take(session: Connection, key: int, request: LockRequest) -> None:
    milliseconds = max(1, round(request.timeout * 1000))  # 0 would mean no timeout
    try:
        session.execute(text("SELECT set_config('application_name', :who, false)"), {"who": request.holder})
        session.execute(text("SELECT set_config('lock_timeout', :ms, false)"), {"ms": str(milliseconds)})
        session.execute(text("SELECT pg_advisory_lock(:key)"), {"key": key})
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) == LOCK_NOT_AVAILABLE:
            raise request.timeout_error(str(session.execute(HOLDER, {"key": key}).scalar() or "")) from None
        raise request.error(str(error)) from None
    except SQLAlchemyError as error:
        raise request.error(str(error)) from None


def _is_held(session: Connection, key: int) -> bool:
    try:
        return session.execute(HELD_BY_THIS_SESSION, {"key": key}).first() is not None
    except SQLAlchemyError:
        return False  # the server has ended the session


def _key(name: str) -> int:
    """Return the signed 64-bit number that PostgreSQL locks for a name."""
    return int.from_bytes(sha256(f"atelier {name}".encode()).digest()[:8], signed=True)
