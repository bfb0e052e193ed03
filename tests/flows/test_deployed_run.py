"""Tests: a container runs the flow that prefect.yaml declares, and refuses every other run before it loads anything."""

import os
import subprocess
import sys
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client

from components.core.errors import UsageError
from flows.deployed_run import ENTRYPOINT, RUN, own_entrypoint
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


def test_the_process_of_a_refused_run_ends_with_one_sentence() -> None:
    from prefect.settings import PREFECT_API_URL

    kept = {name: value for name, value in os.environ.items() if name != ENTRYPOINT}
    run = started(name="evil", entrypoint="/tmp/evil.py:ingest")
    environment = {**kept, RUN: str(run), "PREFECT_API_URL": str(PREFECT_API_URL.value())}
    words = [sys.executable, "-m", "flows.deployed_run"]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("Error: The deployment 'evil' with the entrypoint")
