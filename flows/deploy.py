"""Flows: bring Prefect's server to the deployments of the table: each is created, changed, or left as it is."""

import json
from dataclasses import dataclass

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    DeploymentScheduleUpdate,
    DeploymentUpdate,
    WorkPoolCreate,
    WorkPoolUpdate,
)
from prefect.client.schemas.objects import ConcurrencyOptions
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectNotFound

from flows.deployment_fields import Fields, fields_of, wanted_fields
from flows.deployments import POOL, Entry, full_name
from registry.settings import REPOSITORY

TEMPLATE = REPOSITORY / "deployments" / "work_pool.json"  # deployments may set no command, environment or folder
CREATED, CHANGED, UNCHANGED, REMOVED, GONE, LEFT_OUT = (
    "created",
    "changed",
    "unchanged",
    "removed",
    "gone",  # on the server, and nothing here asks for it
    "left out",
)


@dataclass(frozen=True, slots=True)
class Change:
    """What was done to one object on Prefect's server, and what differed or why it was left out."""

    kind: str
    name: str
    done: str
    detail: str = ""


def deploy_pool(client: SyncPrefectClient, dry_run: bool = False) -> Change:
    """Create the work pool, or change it back to our template."""
    template = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    try:
        found = client.read_work_pool(POOL)
    except ObjectNotFound:
        if not dry_run:
            client.create_work_pool(WorkPoolCreate(name=POOL, type="process", base_job_template=template))
        return Change("work pool", POOL, CREATED)
    if found.base_job_template == template:
        return Change("work pool", POOL, UNCHANGED)
    if not dry_run:
        client.update_work_pool(POOL, WorkPoolUpdate(base_job_template=template))
    return Change("work pool", POOL, CHANGED, "job template")


def deploy(client: SyncPrefectClient, entry: Entry, dry_run: bool = False) -> Change:
    """Create a deployment, or change what differs; one that is equal is not written, and keeps its scheduled runs.

    A deployment or a schedule that a person paused in Prefect's page stays paused, and one that was put into another
    work pool there stays in it.
    """
    wanted, found = wanted_fields(entry), find_deployment(client, full_name(entry))
    if found is None:
        if not dry_run:
            _create(client, entry, wanted)
        return Change("deployment", full_name(entry), CREATED)
    wanted["work_pool_name"] = found.work_pool_name or wanted["work_pool_name"]  # none after `serve`
    now = fields_of(found)
    differing = [name for name in wanted if wanted[name] != now[name]]
    if not differing:
        return Change("deployment", full_name(entry), UNCHANGED)
    if not dry_run:
        _update(client, found, wanted)
    return Change("deployment", full_name(entry), CHANGED, ", ".join(differing).replace("_", " "))


def find_deployment(client: SyncPrefectClient, name: str) -> DeploymentResponse | None:
    try:
        return client.read_deployment_by_name(name)
    except ObjectNotFound:
        return None


def _create(client: SyncPrefectClient, entry: Entry, wanted: Fields) -> None:
    flow = client.create_flow_from_name(full_name(entry).partition("/")[0])
    fields = {**_common(wanted), "schedules": [DeploymentScheduleCreate(**_cron(s)) for s in wanted["schedules"]]}
    client.create_deployment(flow_id=flow, name=entry["name"], **fields)


def _update(client: SyncPrefectClient, found: DeploymentResponse, wanted: Fields) -> None:
    client.update_deployment(found.id, DeploymentUpdate(**_as_update(wanted, found)))
    slugs = {schedule["slug"] for schedule in wanted["schedules"]}
    for schedule in found.schedules:
        if schedule.slug and schedule.slug not in slugs:  # Prefect leaves those that an update does not name
            client.delete_deployment_schedule(found.id, schedule.id)


def _as_update(wanted: Fields, found: DeploymentResponse) -> Fields:
    paused = {schedule.slug for schedule in found.schedules if not schedule.active}
    schedules = [
        DeploymentScheduleUpdate(**_cron(schedule), active=schedule["slug"] not in paused)
        for schedule in wanted["schedules"]
    ]
    return {**_common(wanted), "schedules": schedules, "path": None}


def _cron(schedule: Fields) -> Fields:
    cron = CronSchedule(cron=schedule["cron"], timezone=schedule["timezone"])
    return {"schedule": cron, "slug": schedule["slug"], "parameters": schedule["parameters"]}


def _common(wanted: Fields) -> Fields:
    strategy = wanted["collision_strategy"]
    options = ConcurrencyOptions(collision_strategy=strategy) if strategy else None
    kept = {name: value for name, value in wanted.items() if name not in ("schedules", "collision_strategy")}
    return {**kept, "concurrency_options": options}
