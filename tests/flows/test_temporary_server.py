"""Tests: Prefect's temporary server survives kill -9 and ends with its command, and starts only where none is named."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from httpx import ConnectError
from prefect.settings import PREFECT_API_URL, temporary_settings

from components.core.errors import AtelierError
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


def test_a_named_server_that_does_not_answer_is_an_error_in_one_sentence() -> None:
    with (
        temporary_settings({PREFECT_API_URL: "http://127.0.0.1:9/api"}),
        pytest.raises(
            AtelierError, match=r"Prefect's server does not answer at http://127\.0\.0\.1:9/api: start it, or unset"
        ),
        temporary_server.explained_loss(),
    ):
        pass


def test_a_server_that_is_lost_in_the_middle_is_named_with_what_is_kept() -> None:
    with (
        pytest.raises(
            AtelierError, match=r"ended, or does not answer any more .ConnectError.: finished steps are kept"
        ),
        temporary_server.explained_loss(),
    ):
        raise ConnectError("[Errno 111] Connection refused")
