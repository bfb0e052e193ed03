"""Tests: what all commands share: a Prefect server that is lost ends a command soon, with what is kept."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from components.core import child_process
from flows.temporary_server import APP, PREFECT_SERVER
from registry.answering import answers
from tests import ROOT
from tests.deployments.test_servers import free_port
from tests.toy_catalogue import toy_model_yaml

SLOW_TRAINING = ("-m", "tests.flows.slow_toys", "train", "5")


@pytest.mark.slow
def test_a_named_server_that_is_killed_ends_the_command_with_a_sentence_and_its_work_is_kept(tmp_path: Path) -> None:
    toy_model_yaml(tmp_path)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MLFLOW_"))}
    own = {**kept, "ATELIER_HOME": str(tmp_path / "home"), "ATELIER_MODELS": str(tmp_path)}
    port = free_port()
    with (tmp_path / "server.log").open("wb") as output:
        environment = {**kept, **PREFECT_SERVER, "PREFECT_HOME": str(tmp_path)}
        server = child_process.start("uvicorn", *APP, "--port", str(port), environment=environment, output=output)
    api = f"http://127.0.0.1:{port}/api"
    while not answers(f"{api}/health"):
        assert server.poll() is None
        time.sleep(0.5)

    command = [sys.executable, *SLOW_TRAINING, "lifecycle", "fruit"]
    with subprocess.Popen(
        command, cwd=ROOT, env={**own, "PREFECT_API_URL": api}, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        while process.stderr.readline() != "busy: train\n":
            assert process.poll() is None
        child_process.end(server, 0)
        began = time.monotonic()
        said = process.stderr.read().splitlines()
    assert process.returncode == 1
    assert time.monotonic() - began < 100  # training, then the retries of Prefect's client in two flows
    assert said[-1].startswith(f"Error: Prefect's server at {api} ended, or does not answer any more")
    assert "finished steps are kept" in said[-1]
    assert not [line for line in said if "EventsWorker" in line or "Traceback" in line]
    status = subprocess.run(
        [sys.executable, *SLOW_TRAINING, "status", "fruit", "--json"],
        cwd=ROOT,
        env=own,
        capture_output=True,
        check=True,
    )
    assert len(json.loads(status.stdout)["versions"]) == 4
