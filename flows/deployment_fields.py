"""Flows: the fields of a deployment that we set: those that the table wants, and those that the server has."""

from collections.abc import Mapping
from typing import Any

from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.schedules import CronSchedule
from prefect.utilities.callables import parameter_schema

from flows.deployments import PULL, Entry, flow_of, pull_from
from registry.settings import REPOSITORY

RESOLVED = pull_from(str(REPOSITORY))  # `prefect deploy` puts the folder in where ATELIER_ROOT is set

Fields = dict[str, Any]


def wanted_fields(entry: Entry) -> Fields:
    """Return the fields of a deployment that we set, in the form of `fields_of`."""
    flow = flow_of(entry)
    limit = entry.get("concurrency_limit", {})
    return {
        "description": entry["description"],
        "tags": sorted(entry["tags"]),
        "parameters": entry["parameters"],
        "schedules": [_schedule(**schedule) for schedule in entry.get("schedules", [])],
        "concurrency_limit": limit.get("limit"),
        "collision_strategy": limit.get("collision_strategy"),
        "entrypoint": entry["entrypoint"],
        "parameter_openapi_schema": parameter_schema(flow).model_dump(mode="json", exclude_unset=True),
        "enforce_parameter_schema": True,
        "work_pool_name": entry["work_pool"]["name"],
        "pull_steps": PULL,
        "job_variables": {},
    }


def fields_of(found: DeploymentResponse) -> Fields:
    """Return the same fields of a deployment on the server."""
    options, limit = found.concurrency_options, found.global_concurrency_limit
    same = ("description", "parameters", "entrypoint", "parameter_openapi_schema", "enforce_parameter_schema")
    return {
        **{name: getattr(found, name) for name in (*same, "work_pool_name", "job_variables")},
        "pull_steps": PULL if found.pull_steps == RESOLVED else found.pull_steps,
        "tags": sorted(found.tags),
        "schedules": [
            _schedule(schedule.slug, schedule.schedule.cron, schedule.schedule.timezone, schedule.parameters)
            if isinstance(schedule.schedule, CronSchedule)
            else {"slug": schedule.slug}
            for schedule in found.schedules
        ],
        "concurrency_limit": limit.limit if limit else None,
        "collision_strategy": options.collision_strategy.value if options else None,
    }


def _schedule(slug: str | None, cron: str, timezone: str | None, parameters: Mapping[str, Any] | None = None) -> Fields:
    return {"slug": slug, "cron": cron, "timezone": timezone, "parameters": dict(parameters or {})}
