"""Tests: Prefect's temporary server starts in the background, and only where no other server is named."""

import os
import subprocess
import sys
from pathlib import Path

from prefect.server.api.server import SubprocessASGIServer

from flows.temporary_server import starting_server
from tests import ROOT

START = """
import httpx
from prefect import flow
from prefect.server.api.server import SubprocessASGIServer
from flows.temporary_server import starting_server

with starting_server():
    pass
process = SubprocessASGIServer().server_process
assert httpx.get(f"{SubprocessASGIServer().api_url}/health").status_code == 200
assert flow(lambda: 7)() == 7
assert SubprocessASGIServer().server_process is process
"""


def test_the_server_answers_at_the_end_and_flows_use_it(tmp_path: Path) -> None:
    own = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    environment = {**own, "PREFECT_HOME": str(tmp_path), "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120"}
    done = subprocess.run(
        [sys.executable, "-c", START],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_no_server_starts_where_prefect_has_the_address_of_one() -> None:
    before = SubprocessASGIServer().server_process
    with starting_server():
        pass
    assert SubprocessASGIServer().server_process is before
