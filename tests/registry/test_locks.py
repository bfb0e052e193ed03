"""Tests: locks across processes."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from components.core.errors import RegistryError
from registry.home import REPOSITORY
from registry.locks import lock

ADD_ONE = """
import sys, time
from pathlib import Path
from registry.locks import lock
counter = Path(sys.argv[2])
for _ in range(5):
    with lock(sys.argv[1], "counter"):
        value = int(counter.read_text())
        time.sleep(0.005)
        counter.write_text(str(value + 1))
"""

HOLD = """
import sys, time
from registry.locks import lock
with lock(sys.argv[1], "work", ttl=1):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/locks.db"


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


def test_who_waits_too_long_is_told_who_holds_it(database: str) -> None:
    with (
        lock(database, "train-starter", holder="train-starter of Ada"),
        pytest.raises(RegistryError, match="'train-starter' is in the hands of train-starter of Ada, waited 0 s"),
        lock(database, "train-starter", timeout=0.2),
    ):
        pass


def test_other_names_are_other_locks(database: str) -> None:
    with lock(database, "a"), lock(database, "b", timeout=0):
        pass


def test_an_error_inside_gives_the_lock_back(database: str) -> None:
    with pytest.raises(ValueError, match="oh"), lock(database, "work"):
        raise ValueError("oh")
    with lock(database, "work", timeout=0):
        pass


def test_the_lock_of_a_killed_process_expires(database: str) -> None:
    with start(HOLD, database) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        process.send_signal(signal.SIGKILL)
    started = time.monotonic()
    with lock(database, "work", timeout=10):
        assert time.monotonic() - started < 5


def test_a_live_holder_keeps_its_lock_beyond_the_expiry(database: str) -> None:
    with lock(database, "work", ttl=0.6) as held:
        time.sleep(1.2)
        with pytest.raises(RegistryError, match="in the hands of"), lock(database, "work", timeout=0):
            pass
        held.require()


def test_a_holder_that_lost_its_lock_is_told_before_it_writes(database: str) -> None:
    with lock(database, "work", ttl=0.05) as held:
        held_by_nobody = type(held)(held.database_url, held.name, "another token")
        with pytest.raises(RegistryError, match="expired while it was held"):
            held_by_nobody.require()


def test_a_database_that_cannot_be_opened_is_an_error_in_one_sentence() -> None:
    with pytest.raises(RegistryError, match="ATELIER_DATABASE_URL cannot be opened"), lock("nonsense", "work"):
        pass
