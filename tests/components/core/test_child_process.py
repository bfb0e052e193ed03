"""Tests: a child process is not reached by the terminal's signals, and ends with its parent and with its children."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from components.core import child_process
from components.core.child_process import end, start

PARENT = """
import os, sys
from components.core.child_process import start
with open(os.devnull, "wb") as output:
    print(start("http.server", "0", environment=dict(os.environ), output=output).pid, flush=True)
os.kill(os.getpid(), 9)
"""

POOL = """
import multiprocessing, os
from concurrent.futures import ProcessPoolExecutor
from components.core.child_process import end_with_parent
if __name__ == "__main__":
    pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    pool.submit(end_with_parent).result()
    print(pool.submit(os.getpid).result(), flush=True)
    os.kill(os.getpid(), 9)
"""


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 15
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_child_ends_soon_after_its_parent_was_killed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PARENT], cwd=child_process.ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == -9, done.stderr
    wait_until_gone(int(done.stdout))


def test_a_worker_of_a_pool_ends_soon_after_its_parent_was_killed(tmp_path: Path) -> None:
    program = tmp_path / "pool.py"  # a worker imports its parent's program again
    program.write_text(POOL)
    environment = {**os.environ, "PYTHONPATH": str(child_process.ROOT)}
    command = [sys.executable, str(program)]
    with (tmp_path / "output").open("wb") as output:  # a pipe would stay open in the worker
        subprocess.run(command, env=environment, stdout=output, check=False)
    wait_until_gone(int((tmp_path / "output").read_text()))


def test_a_child_has_a_session_of_its_own_and_ends_when_told(tmp_path: Path) -> None:
    with (tmp_path / "output").open("wb") as output:
        process = start("http.server", "0", "--bind", "127.0.0.1", environment=dict(os.environ), output=output)
    assert os.getsid(process.pid) == process.pid
    end(process)
    assert process.returncode is not None
    end(process)  # without effect


def test_the_output_and_the_exit_code_are_the_modules(tmp_path: Path) -> None:
    with (tmp_path / "output").open("wb") as output:
        process = start("json.tool", "--help", environment=dict(os.environ), output=output)
    assert process.wait(timeout=60) == 0
    assert "usage" in (tmp_path / "output").read_text()
