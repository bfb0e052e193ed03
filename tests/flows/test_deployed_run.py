"""Tests: a container runs the flow that prefect.yaml declares, and refuses every other run before it loads anything."""

import os
import signal
import subprocess
import sys
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType

from components.core.errors import UsageError
from flows.deployed_run import ENTRYPOINT, RUN, own_entrypoint
from flows.ingest import ingest
from flows.interruption import GO_ON_LATER
from registry.lease_rows import State, find
from registry.settings import REPOSITORY
from tests import ROOT


def started(**changed: Any) -> UUID:
    """Create a deployment and a run of it, as Prefect's page does; return the run."""
    with get_client(sync_client=True) as client:
        flow = UUID(str(client.create_flow_from_name("ingest")))
        fields = {"entrypoint": "flows/ingest.py:ingest", "name": "starter", **changed}
        deployment = client.create_deployment(flow, **fields)
        return client.create_flow_run_from_deployment(deployment).id


def test_a_declared_run_is_loaded_from_this_clone() -> None:
    assert own_entrypoint(started()) == f"{REPOSITORY}/flows/ingest.py:ingest"


@pytest.mark.parametrize(
    "changed",
    [
        {"entrypoint": "/tmp/evil.py:ingest"},
        {"pull_steps": [{"prefect.deployments.steps.run_shell_script": {"script": "touch /tmp/evil"}}]},
    ],
)
def test_a_foreign_run_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"is refused, expected what prefect\.yaml declares"):
        own_entrypoint(started(name="evil", **changed))


def test_a_deployed_training_that_is_terminated_saves_its_step_and_says_how_it_goes_on(toy: str) -> None:
    ingest(toy)
    with get_client(sync_client=True) as client:
        flow = UUID(str(client.create_flow_from_name("train")))
        deployment = client.create_deployment(flow, entrypoint="flows/train.py:train", name=toy)
        run = client.create_flow_run_from_deployment(deployment, parameters={"model": toy}).id
    named = {ENTRYPOINT: f"{REPOSITORY}/flows/train.py:train", RUN: str(run)}
    assert ended_by(signal.SIGTERM, [], named) == (GO_ON_LATER, "")
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(run).state
    assert state is not None
    assert (state.type, state.name) == (StateType.CRASHED, "Interrupted")
    assert state.message == "Step 3 is saved: `make worker` or `atelier reap` starts the run again from there."
    (lease,) = find()
    assert lease.state == State.INTERRUPTED  # which `reap` takes up


def test_ctrl_c_on_the_command_line_saves_the_step_of_a_training_and_ends_with_75(toy: str) -> None:
    ingest(toy)
    sentence = "Error: Interrupted. Step 3 is saved: run the same command again to continue."
    assert ended_by(signal.SIGINT, ["train", toy], {}) == (GO_ON_LATER, sentence)
    assert find() == []


def ended_by(number: int, words: list[str], variables: dict[str, str]) -> tuple[int, str]:
    """Start `tests.flows.saving_toys`, send the signal once it trains, return the exit code and the error's line."""
    from prefect.settings import PREFECT_API_URL

    environment = {**os.environ, **variables, "PREFECT_API_URL": str(PREFECT_API_URL.value())}
    command = [sys.executable, "-m", "tests.flows.saving_toys", *words]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore it
    ) as process:
        assert process.stderr is not None
        while not process.stderr.readline().startswith("busy"):
            assert process.poll() is None
        process.send_signal(number)
        rest = process.stderr.read().splitlines()
    return process.returncode, next((line for line in rest if line.startswith("Error:")), "")


def test_the_process_of_a_refused_run_ends_with_one_sentence() -> None:
    from prefect.settings import PREFECT_API_URL

    kept = {name: value for name, value in os.environ.items() if name != ENTRYPOINT}
    run = started(name="evil", entrypoint="/tmp/evil.py:ingest")
    environment = {**kept, RUN: str(run), "PREFECT_API_URL": str(PREFECT_API_URL.value())}
    words = [sys.executable, "-m", "flows.deployed_run"]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("Error: The deployment 'evil' with the entrypoint")
