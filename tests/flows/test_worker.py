"""Tests: the worker runs what prefect.yaml declares, by its own command, and refuses everything else."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import DeploymentResponse
from prefect.workers import process

from components.core.errors import UsageError
from flows.worker import PREFECT_FILE, Job, Worker, declared, require_ours, settle, submitted
from registry.lease_rows import State, find
from registry.leases import add, lapsed
from registry.settings import REPOSITORY
from tests.registry.work import elsewhere

EVIL = "touch /tmp/evil"


def deployment(**changed: Any) -> DeploymentResponse:
    step = {"prefect.deployments.steps.set_working_directory": {"directory": str(REPOSITORY)}}
    ours = {"name": "starter", "flow_id": uuid4(), "entrypoint": "flows/ingest.py:ingest", "pull_steps": [step]}
    return DeploymentResponse(**{**ours, **changed})


def prepared(template: dict[str, Any], values: dict[str, Any], of: DeploymentResponse) -> Job:
    job = asyncio.run(Job.from_template_and_values(template, values))
    job.prepare_for_flow_run(FlowRun(flow_id=of.flow_id, name="run"), of)
    return job


def test_every_deployment_of_prefect_yaml_is_accepted() -> None:
    known = declared(PREFECT_FILE)
    assert {"flows/ingest.py:ingest", "flows/promote.py:promote"} <= known
    assert [require_ours(deployment(entrypoint=entrypoint), known) for entrypoint in sorted(known)] == sorted(known)


@pytest.mark.parametrize(
    "changed",
    [
        {"entrypoint": "os:system"},
        {"entrypoint": "/tmp/evil.py:ingest"},
        {"entrypoint": "flows/../flows/ingest.py:ingest"},
        {"entrypoint": None},
        {"job_variables": {"command": EVIL}},
        {"job_variables": {"env": {"PYTHONPATH": "/tmp/evil"}}},
        {"job_variables": {"working_dir": "/tmp/evil"}},
        {"pull_steps": [{"prefect.deployments.steps.run_shell_script": {"script": EVIL}}]},
        {"pull_steps": [{"prefect.deployments.steps.set_working_directory": {}, "os.system": {"command": EVIL}}]},
    ],
)
def test_a_deployment_with_foreign_code_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match=r"prefect\.yaml"):
        require_ours(deployment(**changed), declared(PREFECT_FILE))


def test_a_run_without_a_deployment_is_refused() -> None:
    with pytest.raises(UsageError, match="A flow run without a deployment is refused"):
        require_ours(None, declared(PREFECT_FILE))


def test_a_changed_work_pool_changes_nothing_of_how_a_run_is_started() -> None:
    template = {
        "variables": {"type": "object", "properties": {"command": {"type": "string"}}},
        "job_configuration": {"command": EVIL, "env": {"PYTHONPATH": "/tmp/evil"}, "working_dir": "/tmp"},
    }
    job = prepared(template, {"command": EVIL, "env": {"LD_PRELOAD": "/tmp/evil.so"}}, deployment())
    assert job.command is not None
    assert job.command.endswith("-m flows.deployed_run")
    assert (job.env["PREFECT__FLOW_ENTRYPOINT"], job.working_dir) == (
        f"{REPOSITORY}/flows/ingest.py:ingest",
        REPOSITORY,
    )
    assert job.env.get("PYTHONPATH") != "/tmp/evil"
    assert "LD_PRELOAD" not in job.env


@pytest.mark.parametrize(("exit_code", "left"), [(-9, 1), (1, 1), (0, 0)])
def test_a_run_whose_process_ended_before_it_began_to_work_is_left_to_reap(
    bare_home: Path, exit_code: int, left: int
) -> None:
    run = FlowRun(flow_id=uuid4(), deployment_id=uuid4(), name="run", parameters={"model": "fruit"})
    lease = submitted(run, "flows/train.py:train")
    assert lease is not None
    assert (lease.work.flow, lease.work.model, lapsed()) == ("train", "fruit", [])
    settle(lease, exit_code)
    assert [found.work for found in lapsed()] == [lease.work] * left
    assert len(find()) == left


def test_a_lease_that_the_process_took_over_is_its_own_concern(bare_home: Path) -> None:
    run = FlowRun(flow_id=uuid4(), deployment_id=uuid4(), name="run", parameters={"model": "fruit"})
    lease = submitted(run, "flows/train.py:train")
    assert lease is not None
    taken = add(lease.work, State.HELD, elsewhere())
    settle(lease, 0)
    settle(lease, -9)
    assert [(found.id, found.state) for found in find()] == [(taken.id, State.HELD)]


def test_a_run_for_no_model_has_no_lease(bare_home: Path) -> None:
    assert submitted(FlowRun(flow_id=uuid4(), name="run"), "flows/reap.py:reap") is None
    assert find() == []


def test_prefects_own_worker_stays_in_prefects_table() -> None:
    assert process.ProcessWorker.get_worker_class_from_type("process") is process.ProcessWorker
    assert Worker.type == "process"  # the type of our work pool
