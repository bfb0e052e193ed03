"""Registry: a new home begins with a complete Prefect database.

Prefect makes its tables in some hundred migrations, which takes 10 s. `make install` makes them once for its
environment (`python -m registry.prefect_database`), and each new home copies the file.
"""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

URL = "PREFECT_API_DATABASE_CONNECTION_URL"
NAME = "prefect.db"  # in PREFECT_HOME
TEMPLATES = Path(sys.prefix) / "share" / "atelier"  # of MLflow's database too


def template() -> Path:
    """Return the file of this environment and of its version of Prefect, whether it exists or not."""
    return TEMPLATES / f"prefect-{version('prefect')}.db"


def make_template(file: Path) -> None:
    """Have Prefect make its tables in a new file, which is complete or absent.

    Raises:
        CalledProcessError: Prefect failed.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=file.parent) as folder:
        made = Path(folder) / NAME
        environment = {**os.environ, "PREFECT_HOME": folder, URL: f"sqlite+aiosqlite:///{made}"}
        command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
        with closing(sqlite3.connect(made)) as database:
            database.execute("PRAGMA journal_mode = DELETE")  # all of it is in this one file then
        made.replace(file)


def begin_database(home: Path, file: Path | None = None) -> None:
    """Copy the template to the home of Prefect if that has no database, and Prefect is not told to use another one."""
    place, file = home / NAME, file or template()
    if URL in os.environ or place.exists() or not file.is_file():
        return
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=home) as folder:
        copy = Path(folder) / NAME
        copy.write_bytes(file.read_bytes())
        with suppress(FileExistsError):  # another process was first
            place.hardlink_to(copy)


if __name__ == "__main__":
    make_template(template())
