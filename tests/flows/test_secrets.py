"""Tests: a secret in the environment, in an address or in an override is in no file and no database of the home."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from registry.environment import process_environment
from registry.settings import REPOSITORY, settings

WRONG_USAGE = 2
MARK = "Zq7secret"  # a part of each planted secret, so that one search finds any of them
ADDRESS = f"https://me:{MARK}-override@example.org/notes?token={MARK}-query"
PLANTED = {
    "HF_TOKEN": f"hf_{MARK}",
    "AWS_SECRET_ACCESS_KEY": f"{MARK}-aws",
    "MLFLOW_TRACKING_PASSWORD": f"{MARK}-mlflow",
    "MLFLOW_TRACKING_USERNAME": "me",
    "PREFECT_API_KEY": f"{MARK}-prefect",
}


def run(words: list[str], more: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **process_environment(), **PLANTED, **more}
    command = [sys.executable, "-m", "tests.flows.slow_toys", "train", "0", *words]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True)


def places(folder: Path) -> list[str]:
    """Return each file below a folder that has the secret in it, and for a database the table and the value."""
    found = [f"{path}: {context(path.read_bytes())}" for path in folder.rglob("*") if path.is_file() and has_it(path)]
    for path in folder.rglob("*.db"):
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(path)) as database:
            found += [f"{path}: {line[:300]}" for line in database.iterdump() if MARK in line]
    return found


def has_it(path: Path) -> bool:
    return MARK.encode() in path.read_bytes()


def context(content: bytes) -> bytes:
    place = content.index(MARK.encode())
    return content[max(0, place - 150) : place + 50]


@contextmanager
def mlflow_server(home: Path) -> Iterator[int]:
    """Run MLflow's server on the home's database, as `make ui` does."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    stores = ["--backend-store-uri", f"sqlite:///{home}/mlflow.db", "--default-artifact-root", f"{home}/artifacts"]
    words = [sys.executable, "-m", "mlflow", "server", *stores, "--no-serve-artifacts", "--port", str(port)]
    environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with subprocess.Popen([*words, "--workers", "1"], env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_up(f"http://127.0.0.1:{port}/health", time.monotonic() + 120)
            yield port
        finally:
            process.terminate()


def wait_until_up(url: str, deadline: float) -> None:
    while time.monotonic() < deadline:
        with suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.3)
    raise TimeoutError(url)


@pytest.mark.slow
def test_no_secret_reaches_the_home(toy: str, tmp_path: Path) -> None:
    """With a password in the tracking address, in the environment and in an override, which is refused."""
    home = settings().home
    with mlflow_server(home) as port:
        address = {"MLFLOW_TRACKING_URI": f"http://me:{MARK}-tracking@127.0.0.1:{port}"}
        refused = run(["lifecycle", toy, "--set", f"about={ADDRESS}"], address)
        assert (refused.returncode, "about has a password" in refused.stderr) == (WRONG_USAGE, True)
        done = run(["lifecycle", toy], address)
        assert done.returncode == 0, done.stderr
        no_catalogue = run(["ingest", toy, "--catalogue", "/nowhere"], address)
        no_database = run(
            ["history", toy], {**address, "ATELIER_DATABASE_URL": f"postgresql://me:{MARK}@127.0.0.1:9/x"}
        )
        assert (no_catalogue.returncode, no_database.returncode) == (1, 1)
        status = run(["status", toy], address)
    assert [text for text in said(refused, done, no_catalogue, no_database, status) if MARK in text] == []
    assert places(home) == []
    assert sum(1 for path in home.rglob("*") if path.is_file()) > 20


def said(*runs: "subprocess.CompletedProcess[str]") -> list[str]:
    return [text for run in runs for text in (run.stdout, run.stderr)]


def test_the_search_finds_a_secret_in_a_file_and_in_a_database(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(f"failed at http://me:{MARK}@h")
    with closing(sqlite3.connect(tmp_path / "b.db")) as database, database:
        database.execute("CREATE TABLE t (x)")
        database.execute("INSERT INTO t VALUES (?)", ("x" * 100_000 + MARK,))
    assert {place.partition(":")[0] for place in places(tmp_path)} == {str(tmp_path / "a.log"), str(tmp_path / "b.db")}
