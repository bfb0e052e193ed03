"""Registry: SQLite's files, without SQLAlchemy: a lock against writers, a copy, a check for damage."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

WAIT_SECONDS = 60.0  # for a process that writes


@contextmanager
def lock_writers(file: Path) -> Iterator[sqlite3.Connection]:
    """Let no process write to a database inside the block, or until the connection is rolled back; readers may read.

    Raises:
        sqlite3.Error: another process wrote to it for a minute, or it is damaged.
    """
    with closing(sqlite3.connect(file, timeout=WAIT_SECONDS, isolation_level=None)) as opened:
        opened.execute("BEGIN IMMEDIATE")
        yield opened


def copy_database(source: Path, target: Path) -> None:
    """Copy a database with what its journal holds, in one step; raises sqlite3.Error."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    with closing(sqlite3.connect(source, timeout=WAIT_SECONDS)) as opened, closing(sqlite3.connect(target)) as copy:
        opened.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # a copy in WAL mode would get two more files when it is read


@contextmanager
def reading(file: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection that cannot write, and does not create a missing file."""
    with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=WAIT_SECONDS)) as opened:
        yield opened


def damage(file: Path) -> str:
    """Return SQLite's first finding on a database, empty if there is none."""
    try:
        with reading(file) as opened:
            (found,) = opened.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        return str(error)
    return "" if found == "ok" else str(found)
