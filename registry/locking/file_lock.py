"""Registry: file locks next to a SQLite database, which the kernel frees when the process dies."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout
from sqlalchemy import Engine

from components.core.errors import RegistryError
from registry.locking.records import HeldLock, LockRequest

POLL_SECONDS = 0.02  # seconds between attempts


def file_lock(opened: Engine, request: LockRequest) -> AbstractContextManager[HeldLock]:
    """Lock the file `<database>.locks/<name>.lock`."""
    return lock_file(_file(opened, request.name), request)


@contextmanager
def lock_file(file: Path, request: LockRequest) -> Iterator[HeldLock]:
    """Lock a file. Another one next to it names the holder, for the errors of others."""
    holder = file.with_suffix(".holder")
    lock = FileLock(file, timeout=request.timeout, poll_interval=POLL_SECONDS, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise request.timeout_error(_read(holder)) from None
    except OSError as error:
        raise request.error(str(error)) from None
    try:
        with suppress(OSError):  # a full disk: only the holder's name is missing then
            holder.write_text(request.holder, encoding="utf-8")
        inode = file.stat().st_ino
        yield HeldLock(request.name, lambda: _inode(file) == inode)
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def is_free(file: Path) -> bool:
    """Tell whether no process holds the lock of a file, which is made if it is missing."""
    try:
        with FileLock(file, timeout=0):
            return True
    except Timeout:
        return False


def _file(opened: Engine, name: str) -> Path:
    database = opened.url.database
    if not database or database == ":memory:":
        raise RegistryError(
            "ATELIER_DATABASE_URL is a SQLite database in memory",
            expected="one in a file, which other processes can open",
            act="name a file, or unset it for the default",
        )
    file = Path(f"{database}.locks").absolute() / f"{quote(name, safe='')}.lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def _inode(file: Path) -> int | None:
    try:
        return file.stat().st_ino
    except OSError:
        return None


def _read(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8")
    except OSError:
        return ""
