"""Flows: serve every deployment with its schedule from this one process, without a work pool or a worker."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule
from prefect.runner import Runner

from components.core.config import ModelConfig
from components.core.errors import RegistryError
from flows.console.progress import log_line
from flows.deploy import Change
from flows.deploy_all import deploy_automations, explained_refusals
from flows.deployments import Entry, entries, flow_of, full_name
from flows.masked_logs import mask_logs
from registry.leases import lapsed
from registry.settings import REPOSITORY

Tell = Callable[[Sequence[Change]], None]
REAP_SECONDS = 20.0  # between two looks for dead processes, as `make worker` does


def serve(models: Sequence[ModelConfig], tell: Tell) -> None:
    """Create the deployments without a work pool, call `tell` with what was made, and run what is due until Ctrl-C.

    The work of processes that die is started again (flows/reap.py), also that of an earlier `serve`.
    `make deploy` gives them back to the work pool. Schedules stay on when it ends: what was due meanwhile gives one
    run at the next start.

    Raises:
        AtelierError: the server of PREFECT_API_URL does not answer, or refuses something.
    """
    with explained_refusals():
        signal.signal(signal.SIGINT, signal.default_int_handler)  # then asyncio ends its tasks at Ctrl-C
        asyncio.run(_serve(models, tell))


async def _serve(models: Sequence[ModelConfig], tell: Tell) -> None:
    runner = Runner(name="atelier", pause_on_shutdown=False)
    wanted = entries(models)
    for entry in wanted:
        await runner.aadd_flow(_flow(entry), **_options(entry))
    with get_client(sync_client=True) as client:
        automations = list(deploy_automations(client, models))
    tell([*(Change("deployment", full_name(entry), "served") for entry in wanted), *automations])
    reaping = asyncio.create_task(_reap_often())
    try:
        await runner.start()
    finally:
        reaping.cancel()


async def _reap_often() -> None:
    while True:
        await asyncio.to_thread(reap_dead)
        await asyncio.sleep(REAP_SECONDS)


def reap_dead() -> None:
    """Run the command `reap` if a process with a lease died. To look costs a query, so Prefect gets no run for nothing.

    It is a process of its own: whatever happens to it, this one goes on, and looks again.
    """
    try:
        dead = lapsed()
    except RegistryError as error:
        log_line(str(error))
        return
    if dead:
        subprocess.run([sys.executable, "-m", "flows", "reap"], cwd=REPOSITORY, stdin=subprocess.DEVNULL, check=False)


def _flow(entry: Entry) -> Flow[..., Any]:
    """Return the flow, which masks the logs of its process: each run has a process of its own."""
    return flow_of(entry).with_options(on_running=[_mask])


def _mask(flow: Flow[..., Any], flow_run: Any, state: Any) -> None:
    mask_logs()


def _options(entry: Entry) -> dict[str, Any]:
    limit = entry.get("concurrency_limit")
    schedules = [
        DeploymentScheduleCreate(
            schedule=CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"]),
            slug=schedule["slug"],
            parameters=schedule.get("parameters", {}),
        )
        for schedule in entry.get("schedules", [])
    ]
    return {
        **{name: entry[name] for name in ("name", "description", "tags", "parameters")},
        "schedules": schedules,
        "concurrency_limit": limit
        and ConcurrencyLimitConfig(
            limit=limit["limit"], collision_strategy=ConcurrencyLimitStrategy(limit["collision_strategy"])
        ),
    }
