"""Registry: notices a home that was copied or moved, before anything reads the paths in its MLflow database."""

import logging
import os
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock

from registry.base_folders import lost_folders
from registry.home_paths import FIRST_EXPERIMENT, Experiment, former_home, has_own_database
from registry.settings import settings

log = logging.getLogger(__name__)


def move_in() -> None:
    """Change the paths of a home that was copied or moved, and say so in one sentence on standard error.

    MLflow stores absolute paths and has no relative ones that its own client could resolve. Only the database in this
    home is changed, never another home: a database elsewhere may be used by several homes, so `relocate` is for that.
    """
    database = settings().mlflow_database
    if has_own_database() and database.is_file():
        _move_in(database, database.stat().st_ino)


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
