"""Tests: a PostgreSQL server on a socket, for a whole session of tests."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psycopg2

PLACES = "/usr/lib/postgresql/*/bin"  # Debian's folder, which is not in PATH
ROOT_RUNS_IT_AS = "postgres"  # initdb refuses root
QUICK = "-c listen_addresses='' -c fsync=off -c max_connections=100"


def find_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, or None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    folders = [Path(found).parent] if found else sorted(Path("/").glob(PLACES.lstrip("/")))
    return folders[-1] if folders else None


@contextmanager
def run_server(programs: Path) -> Iterator[Path]:
    """Run a server inside the block; yield the folder of its socket."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has 107 characters at most
    if os.getuid() == 0:
        shutil.chown(folder, ROOT_RUNS_IT_AS)
    data = folder / "data"
    _run(programs / "initdb", "-D", data, "-U", "atelier", "-A", "trust", "-E", "UTF8", "--no-sync")
    try:
        start_server(programs, folder)
        yield folder
    finally:
        with suppress(subprocess.CalledProcessError):
            stop_server(programs, folder, "immediate")
        shutil.rmtree(folder, ignore_errors=True)


def start_server(programs: Path, folder: Path) -> None:
    options = f"{QUICK} -c unix_socket_directories='{folder}'"
    _run(programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")


def stop_server(programs: Path, folder: Path, mode: str = "fast") -> None:
    _run(programs / "pg_ctl", "-D", folder / "data", "-m", mode, "stop")


def new_database(folder: Path) -> str:
    """Create an empty database; return its address."""
    name = f"t{uuid4().hex[:12]}"
    connection = psycopg2.connect(host=str(folder), user="atelier", dbname="postgres")
    connection.autocommit = True
    try:
        connection.cursor().execute(f"CREATE DATABASE {name}")
    finally:
        connection.close()
    return f"postgresql://atelier@/{name}?host={folder}"


def _run(*command: str | Path) -> None:
    words = [str(word) for word in command]
    if os.getuid() == 0:
        words = ["runuser", "-u", ROOT_RUNS_IT_AS, "--", *words]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
