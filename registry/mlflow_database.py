"""Registry: a new home begins with a complete MLflow database.

MLflow makes its tables in some fifty migrations, which takes 2 to 5 s. `make install` makes them once for its
environment (`python -m registry.mlflow_database`), and each new home copies the file.
"""

import os
import shutil
import sqlite3
import time
from contextlib import closing
from functools import cache
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock
from sqlalchemy.engine import make_url

from components.core.files import UNFINISHED
from registry.prefect_database import TEMPLATES
from registry.settings import settings

MOVED = "UPDATE experiments SET artifact_location = ? || '/' || experiment_id, creation_time = ?, last_update_time = ?"


def create_database(uri: str) -> None:
    """Create the database at a tracking URI, unless it is there or belongs to a server.

    A SQLite file is made under a temporary name, so that the final name is always a complete database; processes that
    start at the same time wait for it.
    """
    if uri.startswith("postgresql"):
        _have_mlflow_make(uri, settings().artifact_root)
    file = _sqlite_file(uri)
    if file is None or file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{file}.lock"):
        if not file.exists():
            unfinished = file.with_name(f"{UNFINISHED}{os.getpid()}-{file.name}")
            create_tables(unfinished, settings().artifact_root, template())
            unfinished.replace(file)


def template() -> Path:
    """Return the file of this environment and of its version of MLflow, whether it exists or not."""
    return TEMPLATES / f"mlflow-{version('mlflow')}.db"


def make_template(file: Path) -> None:
    """Have MLflow make its tables in a new file, which is complete or absent."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=file.parent) as folder:
        made = Path(folder) / file.name
        create_tables(made, f"{folder}/artifacts", None)
        made.replace(file)


def create_tables(file: Path, root: str, copied: Path | None) -> None:
    """Make a SQLite file with MLflow's tables and its first experiment, whose artifacts are below `root`.

    Args:
        file: the new file; a left-over of that name is removed.
        root: the folder or address of all artifacts.
        copied: the template to copy, where it exists; otherwise MLflow makes the tables.
    """
    file.unlink(missing_ok=True)
    if copied is None or not copied.is_file() or "?" in root:  # MLflow puts the experiment before a question mark
        _have_mlflow_make(f"sqlite:///{file}", root)
        return
    shutil.copyfile(copied, file)
    now = round(time.time() * 1000)
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(MOVED, (root.rstrip("/"), now, now))


@cache
def _have_mlflow_make(uri: str, root: str) -> None:
    """Have MLflow make its tables. Its client would put the first experiment into the current folder."""
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore  # slow to import, and needed only once

    SqlAlchemyStore(uri, root).engine.dispose()  # type: ignore[no-untyped-call]


def _sqlite_file(uri: str) -> Path | None:
    if not uri.startswith("sqlite"):
        return None
    database = make_url(uri).database
    return Path(database).absolute() if database and database != ":memory:" else None


if __name__ == "__main__":
    make_template(template())
