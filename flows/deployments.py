"""Flows: the table of deployed flows, which gives a deployment of each flow for each model, as in prefect.yaml."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from prefect import Flow

from components.core.config import ModelConfig
from components.recipes import model_names, read_config
from registry.schedules import scheduled
from registry.settings import settings

POOL = "atelier"  # the work pool; deployments/worker.py starts the worker of the same name
WAITS, CANCELLED = "ENQUEUE", "CANCEL_NEW"  # Prefect's names for what happens to a run while another one runs

Entry = dict[str, Any]  # a deployment, with the keys that prefect.yaml has


@dataclass(frozen=True, slots=True)
class DeployedFlow:
    """A row of the table: a flow `flows/NAME.py:NAME`, and how the runs of its deployments are started.

    Flows with a schedule cancel a second run: three missed times give one run, and not three in a row.
    """

    name: str
    second_run: str = ""  # while one of the same deployment runs: WAITS or CANCELLED; empty: both run
    scheduled: Mapping[str, Any] = field(default_factory=dict)  # further parameters of runs that the schedule starts
    cron: str = ""  # the schedule of a flow that takes no model; those of models are in their YAML files

    @property
    def entrypoint(self) -> str:
        return f"flows/{self.name}.py:{self.name}"

    def load(self) -> Flow[..., Any]:
        return load_flow(self.name)


TABLE = (
    DeployedFlow("ingest"),
    DeployedFlow("train", WAITS),
    DeployedFlow("evaluate"),
    DeployedFlow("promote", WAITS),
    DeployedFlow("rollback", WAITS),
    DeployedFlow("lifecycle", CANCELLED, scheduled={"reason": "schedule"}),
    DeployedFlow("monitor", CANCELLED),
    DeployedFlow("generate"),
    DeployedFlow("reap", CANCELLED),
)


def pull_from(folder: str) -> list[dict[str, Any]]:
    """Return the pull steps of every deployment: the flows are read from this folder of the worker's machine."""
    return [{"prefect.deployments.steps.set_working_directory": {"directory": folder}}]


PULL = pull_from("{{ $ATELIER_ROOT }}")  # the worker's variable


def read_models() -> list[ModelConfig]:
    """Read every model.

    Raises:
        ConfigError: a YAML file is wrong, for example its schedule.
    """
    return [read_config(settings().models, name) for name in model_names(settings().models)]


def entries(models: Sequence[ModelConfig], table: Iterable[DeployedFlow] = TABLE) -> list[Entry]:
    """Return the deployments: of each model each flow that takes one, then the flows that take none."""
    rows = [(row, row.load()) for row in table]
    of_models = [_of_model(row, flow, model) for model in models for row, flow in rows if takes_model(flow)]
    return [*of_models, *(_without_model(row, flow) for row, flow in rows if not takes_model(flow))]


def takes_model(flow: Flow[..., Any]) -> bool:
    return "model" in flow.parameters.properties


def load_flow(name: str) -> Flow[..., Any]:
    """Import a flow by its name, which is also the name of its module and of its function."""
    flow: Flow[..., Any] = getattr(import_module(f"flows.{name}"), name)
    return flow


def flow_of(entry: Entry) -> Flow[..., Any]:
    return load_flow(full_name(entry).partition("/")[0])


def full_name(entry: Entry) -> str:
    """Return the name by which Prefect knows a deployment: `lifecycle/starter`."""
    return f"{entry['entrypoint'].rpartition(':')[2]}/{entry['name']}"


def _of_model(row: DeployedFlow, flow: Flow[..., Any], config: ModelConfig) -> Entry:
    expression = scheduled(config).get(row.name)
    about = config.about if config.about.endswith(".") else f"{config.about}."
    schedules = [_schedule(row, expression, config.schedule.time_zone)] if expression else []
    return {
        "name": config.model,
        "entrypoint": row.entrypoint,
        "description": f"{flow.description} {config.model}: {about}",
        "tags": [row.name, config.model, config.recipe],
        "parameters": {"model": config.model},
        **_common(row, schedules),
    }


def _without_model(row: DeployedFlow, flow: Flow[..., Any]) -> Entry:
    schedules = [_schedule(row, row.cron, "UTC")] if row.cron else []
    named = {"name": row.name, "entrypoint": row.entrypoint, "description": flow.description, "tags": [row.name]}
    return {**named, "parameters": {}, **_common(row, schedules)}


def _schedule(row: DeployedFlow, cron: str, time_zone: str) -> Entry:
    more = {"parameters": dict(row.scheduled)} if row.scheduled else {}
    return {"slug": row.name, "cron": cron, "timezone": time_zone, **more}


def _common(row: DeployedFlow, schedules: list[Entry]) -> Entry:
    limit = {"limit": 1, "collision_strategy": row.second_run}
    return {
        **({"schedules": schedules} if schedules else {}),
        **({"concurrency_limit": limit} if row.second_run else {}),
        "work_pool": {"name": POOL},
    }
