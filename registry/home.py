"""Registry: notices a home that was copied or moved, before anything reads the paths in its MLflow database."""

import logging
import os
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from filelock import FileLock

from registry.base_folders import lost_folders
from registry.settings import settings, tracking_uri

log = logging.getLogger(__name__)
Experiment = tuple[str, str, str]  # id, name, artifact location
FIRST_EXPERIMENT = "SELECT experiment_id, name, artifact_location FROM experiments ORDER BY experiment_id LIMIT 1"


def move_in() -> None:
    """Change the paths of a home that was copied or moved, and say so in one sentence on standard error.

    MLflow stores absolute paths and has no relative ones that its own client could resolve. Only the database in this
    home is changed, never another home: a database elsewhere may be used by several homes, so `relocate` is for that.
    """
    database = settings().mlflow_database
    if has_own_database() and database.is_file():
        _move_in(database, database.stat().st_ino)


def has_own_database() -> bool:
    """Tell whether MLflow's database is the one in this home, also by an address relative to the current folder."""
    kind, _, path = tracking_uri().partition(":///")
    return kind == "sqlite" and Path(path).absolute() == settings().mlflow_database


def former_home(first: Experiment | None, home: Path) -> Path | None:
    """Return the home that the database was made in, from its first experiment; None if it is this one, or unknown.

    >>> former_home(("0", "Default", "file:///a/.atelier/artifacts/0"), Path("/b/.atelier"))
    PosixPath('/a/.atelier')
    >>> former_home(("0", "Default", "s3://bucket/artifacts/0"), Path("/b/.atelier"))
    """
    found = _home_of(*first) if first else None
    return None if found is None or is_same_folder(found, home) else found


def local_path(location: str) -> Path | None:
    """Return the path of a `file:` URI or an absolute path, None for any other address."""
    if location.startswith("/"):
        return Path(location)
    parts = urlsplit(location)
    is_local = parts.scheme == "file" and parts.netloc in ("", "localhost") and parts.path.startswith("/")
    return Path(unquote(parts.path)) if is_local else None


def is_same_folder(one: Path, other: Path) -> bool:
    """Tell whether two paths are one folder: a home may be reached through a symbolic link."""
    try:
        return one == other or one.samefile(other)
    except OSError:
        return False


@cache
def _move_in(database: Path, inode: int) -> None:  # by the inode: another file of this name is another database
    if not _is_needed(database):
        return
    from registry.relocate import relocate  # slow, and hardly ever needed

    with FileLock(f"{database}.lock"):
        done = relocate() if _is_needed(database) else None  # another process may have been faster
    if done and done.sentence:
        log.warning(done.sentence)


def _is_needed(database: Path) -> bool:
    home = settings().home
    if former_home(_first_experiment(database), home):
        return True
    return bool(lost_folders()) and os.access(home, os.W_OK)  # who may only read has nothing to note


def _first_experiment(database: Path) -> Experiment | None:
    """Read it without MLflow and SQLAlchemy, whose imports take longer."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True, timeout=60)) as opened:
            row = opened.execute(FIRST_EXPERIMENT).fetchone()
    except sqlite3.Error:
        return None  # a damaged database: MLflow, which opens it next, says what is wrong
    return (str(row[0]), str(row[1]), str(row[2])) if row else None


def _home_of(number: str, name: str, location: str) -> Path | None:
    """Return the home of an experiment whose artifacts are in `<home>/artifacts/<id or name>`."""
    path = local_path(location)
    if path is None or path.name not in (number, name) or path.parent.name != "artifacts":
        return None
    return path.parent.parent
