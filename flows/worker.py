"""Flows: the worker of the work pool, which runs only the flows of prefect.yaml: `python -m flows.worker POOL`.

Prefect's own worker runs the command, the environment, the pull steps and the file that a deployment names, and anybody
who reaches Prefect's API can create a deployment.
"""

import asyncio
import os
import shlex
import sys
import time
from collections.abc import Collection
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import yaml
from anyio import to_thread
from anyio.abc import TaskStatus
from prefect import Flow
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import DeploymentResponse
from prefect.utilities.processutils import setup_signal_handlers_worker
from prefect.workers import process

from components.core.errors import RegistryError, UsageError
from components.core.masking import mask_values
from flows.interruption import GO_ON_LATER
from registry.held_lease import renewed
from registry.lease_rows import Lease, State, Work
from registry.leases import abandon, add, release
from registry.settings import REPOSITORY

PREFECT_FILE = REPOSITORY / "prefect.yaml"
SETTLE_TIMES, SETTLE_SECONDS = 60, 5.0  # how often, and how far apart, a database is asked that is away
OUR_PULL_STEP = "prefect.deployments.steps.set_working_directory"


class Job(process.ProcessJobConfiguration):
    """How a run is started: always the same command, environment and folder, whatever its deployment says."""

    def prepare_for_flow_run(
        self, flow_run: FlowRun, deployment: DeploymentResponse | None = None, *args: Any, **named: Any
    ) -> None:
        entrypoint = require_ours(deployment, declared(PREFECT_FILE))
        self.command = shlex.join([sys.executable, "-m", "flows.deployed_run"])
        self.working_dir = REPOSITORY
        # With it Prefect's engine loads this file, and reads neither entrypoint nor pull steps from the API.
        self.env = {"PREFECT__FLOW_ENTRYPOINT": str(REPOSITORY / entrypoint)}
        super().prepare_for_flow_run(flow_run, deployment, *args, **named)


class Worker(process.ProcessWorker):
    """Prefect's process worker, which runs only the flows that prefect.yaml declares.

    It holds the lease of a run until the run's process takes it over: a run whose process or worker dies before that
    is found by `reap` too.
    """

    job_configuration = Job

    async def run(  # type: ignore[override]
        self, flow_run: FlowRun, configuration: Job, task_status: "TaskStatus[int] | None" = None
    ) -> process.ProcessWorkerResult:
        lease = await to_thread.run_sync(submitted, flow_run, configuration.env["PREFECT__FLOW_ENTRYPOINT"] or "")
        with renewed(lease) if lease else nullcontext():
            result = await super().run(flow_run, configuration, task_status)
        if lease:
            await to_thread.run_sync(settle, lease, result.status_code)
        if result.status_code == GO_ON_LATER:  # it has written its state itself: interrupted, or cancelled by a person
            return process.ProcessWorkerResult(status_code=0, identifier=result.identifier)
        return result

    @classmethod
    def __dispatch_key__(cls) -> str:
        return "atelier"  # its name in Prefect's table of workers, where it would otherwise replace Prefect's own


def submitted(flow_run: FlowRun, entrypoint: str) -> Lease | None:
    """Return the lease of a run whose process is about to be started; None if the run is for no model."""
    model, flow = str(flow_run.parameters.get("model", "")), entrypoint.rpartition(":")[2]
    if not model:
        return None
    deployment, parameters = str(flow_run.deployment_id or ""), mask_values(flow_run.parameters)
    with suppress(RegistryError):  # the run itself finds out that the database is away
        return add(Work(model, flow, str(flow_run.id), deployment, "", parameters), State.SUBMITTED)
    return None


def settle(lease: Lease, exit_code: int) -> None:
    """Leave a run to `reap` if its process ended early, before it took over the lease; else there is none to leave."""
    early = f"its process ended with {exit_code} before it began to work"
    for _ in range(SETTLE_TIMES):
        with suppress(RegistryError):  # the database is away
            abandon(lease, early) if exit_code else release(lease, finished=False)
            return
        time.sleep(SETTLE_SECONDS)


def declared(prefect_file: Path) -> frozenset[str]:
    """Return the entrypoints of the deployments of a prefect.yaml."""
    deployments = yaml.safe_load(prefect_file.read_text(encoding="utf-8"))["deployments"]
    return frozenset(str(deployment["entrypoint"]) for deployment in deployments)


def require_ours(deployment: DeploymentResponse | None, entrypoints: Collection[str]) -> str:
    """Return the deployment's entrypoint, which is one of `entrypoints`.

    Raises:
        UsageError: it is none of them, or the deployment sets a command, an environment or pull steps of its own.
    """
    if deployment is None:
        raise _refused("A flow run without a deployment")
    name, found = deployment.name, deployment.entrypoint or ""
    if found not in entrypoints:
        raise _refused(f"The deployment {name!r} with the entrypoint {found!r}")
    if deployment.job_variables:
        raise _refused(f"The deployment {name!r} with the job variables {sorted(deployment.job_variables)}")
    steps = {step for steps in deployment.pull_steps or [] for step in steps} - {OUR_PULL_STEP}
    if steps:
        raise _refused(f"The deployment {name!r} with the pull steps {sorted(steps)}")
    return found


def _refused(what: str) -> UsageError:
    return UsageError(
        f"{what} is refused", expected="what prefect.yaml declares", act="change prefect.yaml and run `make deploy`"
    )


async def _no_hooks(flow_run: FlowRun) -> Flow[Any, Any]:
    """Return a flow without hooks, as ours are. Prefect's loads the file that the API names, in this process."""
    return Flow(lambda: None, name="no hooks")


async def run_worker(pool: str) -> None:
    """Run the worker until SIGTERM or SIGINT."""
    process.load_flow_from_flow_run = _no_hooks  # type: ignore[attr-defined, assignment]
    setup_signal_handlers_worker(os.getpid(), "the worker", print)
    await Worker(work_pool_name=pool, create_pool_if_not_found=False).start()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):  # how Prefect's worker ends after a signal
        asyncio.run(run_worker(sys.argv[1]))
