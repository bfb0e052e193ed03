"""Tests: Prefect's temporary server survives kill -9 and ends with its command, and starts only where none is named."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from flows import temporary_server
from tests import ROOT

PROGRAM = """
import os, psutil
from prefect import flow
from prefect.settings import PREFECT_API_URL, temporary_settings
from flows.temporary_server import server_address, start_server

start_server()
address = server_address()
with temporary_settings({PREFECT_API_URL: address}):
    assert flow(lambda: 7)() == 7
    psutil.Process().children()[0].kill()
    assert flow(lambda: 8)() == 8
assert server_address() == address
server = psutil.Process().children()[0]
assert os.getsid(server.pid) == server.pid, "the terminal's signals reach it"
print(server.pid, flush=True)
os.kill(os.getpid(), 9)
"""


def test_a_killed_server_is_started_again_and_a_killed_command_leaves_none(tmp_path: Path) -> None:
    own = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    environment = {**own, "PREFECT_HOME": str(tmp_path), "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == -9, done.stderr
    deadline = time.monotonic() + 15
    while psutil.pid_exists(int(done.stdout)):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_no_server_starts_where_prefect_has_the_address_of_one() -> None:
    before = len(psutil.Process().children())
    temporary_server.start_server()
    assert temporary_server.server_address() == ""
    assert len(psutil.Process().children()) == before
