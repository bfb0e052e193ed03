"""Tests: locks across processes, on SQLite and on PostgreSQL."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from inspect import signature
from pathlib import Path

import pytest
from sqlalchemy import text

from components.core.errors import RegistryError, UnavailableError
from registry.database import engine
from registry.locking.lock import lease_servers, lease_training, lock, lock_production
from registry.settings import REPOSITORY
from registry.smoke import smoke

ADD_ONE = """
import sys, time
from pathlib import Path
from registry.locking.lock import lock
counter = Path(sys.argv[2])
for _ in range(5):
    with lock(sys.argv[1], "counter"):
        value = int(counter.read_text())
        time.sleep(0.005)
        counter.write_text(str(value + 1))
"""

HOLD = """
import sys, time
from registry.locking.lock import lock
with lock(sys.argv[1], "work"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/locks.db"
    return str(request.getfixturevalue("new_postgresql")())


def start(program: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.Popen(command, cwd=REPOSITORY, env=dict(os.environ), stdout=subprocess.PIPE, text=True)


def test_processes_that_start_on_a_new_database_take_turns(database: str, tmp_path: Path) -> None:
    counter = tmp_path / "counter"
    counter.write_text("0")
    started = [start(ADD_ONE, database, str(counter)) for _ in range(4)]
    for process in started:
        process.communicate()
    assert [process.returncode for process in started] == [0] * 4
    assert counter.read_text() == "20"


def test_threads_take_turns(database: str) -> None:
    inside: list[int] = []

    def enter(_: int) -> int:
        with lock(database, "work"):
            inside.append(1)
            most = len(inside)
            time.sleep(0.01)
            inside.pop()
        return most

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(enter, range(8))) == {1}


def test_a_timeout_names_the_holder(database: str) -> None:
    with (
        lock(database, "train-starter", holder="train-starter of Ada"),
        pytest.raises(
            RegistryError, match="The lock 'train-starter' is held by train-starter of Ada, waited 0 s: wait until"
        ),
        lock(database, "train-starter", timeout=0.2),
    ):
        pass


def test_different_names_are_different_locks(database: str) -> None:
    with lock(database, "a/b"), lock(database, "a%2Fb", timeout=0) as held:
        held.require()


def test_an_error_inside_the_block_frees_the_lock(database: str) -> None:
    with pytest.raises(ValueError, match="oh"), lock(database, "work"):
        raise ValueError("oh")
    with lock(database, "work", timeout=0):
        pass


def test_the_lock_of_a_killed_process_is_free(database: str) -> None:
    with start(HOLD, database) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(RegistryError, match=f"is held by process {process.pid} since 20.* on "):
            lock(database, "work", timeout=0).__enter__()
        process.send_signal(signal.SIGKILL)
    with lock(database, "work", timeout=10) as held:
        held.require()


def test_a_stopped_process_keeps_its_lock(database: str) -> None:
    with start(HOLD, database) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        with pytest.raises(RegistryError, match="is held by"), lock(database, "work", timeout=0.5):
            pass
        process.kill()


def test_a_lock_whose_file_was_deleted_is_lost(tmp_path: Path) -> None:
    with lock(f"sqlite:///{tmp_path}/locks.db", "work") as held:
        held.require()
        (tmp_path / "locks.db.locks" / "work.lock").unlink()
        with pytest.raises(RegistryError, match="The lock 'work' was lost while it was held"):
            held.require()


def test_a_lock_whose_session_was_ended_is_lost(new_postgresql: object) -> None:
    database = str(new_postgresql())  # type: ignore[operator]
    end = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Ada'")
    with lock(database, "work", holder="Ada") as held:
        held.require()
        with engine(database).connect() as connection:
            connection.execute(end)
        with lock(database, "work"), pytest.raises(RegistryError, match="The lock 'work' was lost"):
            held.require()


def test_a_database_that_cannot_be_opened_is_an_error_in_one_sentence() -> None:
    with pytest.raises(RegistryError, match="ATELIER_DATABASE_URL cannot be opened"), lock("nonsense", "work"):
        pass


def test_a_database_in_memory_cannot_be_locked() -> None:
    with pytest.raises(RegistryError, match="a SQLite database in memory"), lock("sqlite://", "work"):
        pass


def test_the_lock_of_production_waits_longer_than_the_longest_smoke_test() -> None:
    longest = signature(smoke).parameters["seconds"].default
    assert signature(lock_production).parameters["timeout"].default >= longest + 60


def test_a_second_training_of_the_same_settings_is_refused_at_once_and_told_who_trains(bare_home: Path) -> None:
    who = f"process {os.getpid()} since 20.* on {socket.gethostname()}: wait until that process ends"
    with lease_training("starter", "abc"):
        began = time.monotonic()
        with (
            pytest.raises(RegistryError, match=f"^starter is being trained with these settings by {who}"),
            lease_training("starter", "abc"),
        ):
            pass
        assert time.monotonic() - began < 2
        with lease_training("starter", "other"):
            pass
    with lease_training("starter", "abc") as held:
        held.require()


def test_the_lease_of_a_training_is_held_across_hosts_on_postgresql(
    bare_home: Path, new_postgresql: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_DATABASE_URL", str(new_postgresql()))  # type: ignore[operator]
    with (
        lease_training("starter", "abc"),
        pytest.raises(RegistryError, match=f"starter is being trained .* by process {os.getpid()} since 20"),
        lease_training("starter", "abc"),
    ):
        pass


def test_a_second_pair_of_servers_is_refused_and_told_where_the_first_ones_are(bare_home: Path) -> None:
    where = "Prefect at http://127.0.0.1:1 and MLflow at http://127.0.0.1:2"
    with (
        lease_servers(where),
        pytest.raises(RegistryError, match=f"The servers of {bare_home} are run by process {os.getpid()} .*{where}"),
        lease_servers("elsewhere"),
    ):
        pass


def test_a_database_that_does_not_answer_is_worth_another_try() -> None:
    with pytest.raises(UnavailableError, match="cannot be opened"), lock("postgresql://me@127.0.0.1:9/x", "work"):
        pass
