"""Registry: locks beside a SQLite database. The kernel holds them for a process, and frees them when it dies."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout
from sqlalchemy import Engine

from components.core.errors import RegistryError
from registry.locking.records import HeldLock, LockRequest

ASK_AGAIN = 0.02  # seconds


@contextmanager
def file_lock(opened: Engine, wanted: LockRequest) -> Iterator[HeldLock]:
    """Hold the file `<database>.locks/<name>`. Who holds it stands beside it, for the others' error."""
    file = _file(opened, wanted.name)
    holder = file.with_suffix(".holder")
    asked = FileLock(file, timeout=wanted.timeout, poll_interval=ASK_AGAIN, fallback_to_soft=False)
    try:
        asked.acquire()
    except Timeout:
        raise wanted.timeout_error(_read(holder)) from None
    except OSError as error:
        raise RegistryError(f"The lock {wanted.name!r} cannot be taken: {error}.") from None
    try:
        with suppress(OSError):  # a full disk: it is only a name
            holder.write_text(wanted.holder, encoding="utf-8")
        inode = file.stat().st_ino
        yield HeldLock(wanted.name, lambda: _inode(file) == inode)
    finally:
        holder.unlink(missing_ok=True)
        asked.release()


def _file(opened: Engine, name: str) -> Path:
    database = opened.url.database
    if not database or database == ":memory:":
        raise RegistryError(
            "ATELIER_DATABASE_URL is a SQLite database in memory, expected one in a file: others see it."
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
