"""Tests: the runs of the check: started as Prefect's page does, waited for, and read back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterTags
from prefect.client.schemas.objects import FlowRun

from tests import ROOT
from tests.deployments.place import wait_for
from tests.scale.machine import MODELS

FLOWS = ("ingest", "train", "evaluate", "promote")
SMALL = [  # enough to see that every part works
    "train.steps=60",
    "train.checkpoint_every=20",
    "train.warmup=0",
    "sampling.steps=2",
    "evaluate.pictures=64",
    "promote.beat_base=false",
    "promote.at_least={}",
]
FINAL = ("COMPLETED", "FAILED", "CANCELLED", "CRASHED")
STEPS = (20, 40, 60)  # the steps of a training's checkpoints, each a version


@dataclass
class Started:
    """A run that the check started."""

    name: str
    pool: str
    id: UUID
    seconds: float = 0.0
    states: Sequence[str] = field(default_factory=tuple)  # the final ones that it had; one is right


def deploy(client: SyncPrefectClient, pools: Sequence[str]) -> None:
    """Create the work pools, and a deployment of each flow for each model on each of them."""
    template = json.loads((ROOT / "deployments" / "work_pool.json").read_text(encoding="utf-8"))
    for pool in pools:
        client.create_work_pool(WorkPoolCreate(name=pool, type="process", base_job_template=template), overwrite=True)
    for pool, flow, model in product(pools, FLOWS, MODELS):
        client.create_deployment(
            UUID(str(client.create_flow_from_name(flow))),
            f"{model}-on-{pool}",
            entrypoint=f"flows/{flow}.py:{flow}",
            work_pool_name=pool,
            enforce_parameter_schema=False,
        )


def start(client: SyncPrefectClient, flow: str, model: str, pool: str) -> Started:
    deployment = client.read_deployment_by_name(f"{flow}/{model}-on-{pool}")
    parameters: Mapping[str, object] = {"model": model, "overrides": SMALL}
    made = client.create_flow_run_from_deployment(deployment.id, parameters=dict(parameters))
    return Started(f"{flow} {model}", pool, made.id)


def wait(client: SyncPrefectClient, runs: Sequence[Started]) -> None:
    """Wait until these runs have ended, and note how."""
    wait_for(lambda: all(is_final(client.read_flow_run(run.id)) for run in runs), seconds=3600, every=2)
    for run in runs:
        read_back(client, run)


def read_back(client: SyncPrefectClient, run: Started) -> None:
    states = client.request("GET", "/flow_run_states/", params={"flow_run_id": str(run.id)}).json()
    run.states = tuple(state["name"] for state in states if state["type"] in FINAL)
    run.seconds = client.read_flow_run(run.id).total_run_time.total_seconds()


def is_final(run: FlowRun) -> bool:
    return run.state is not None and run.state.is_final()


def successors(client: SyncPrefectClient, name: str, pool: str) -> list[Started]:
    """Return the runs that `reap` started in place of killed ones."""
    tagged = FlowRunFilter(tags=FlowRunFilterTags(all_=["restarted"]))
    return [Started(f"{name}, again", pool, run.id) for run in client.read_flow_runs(flow_run_filter=tagged)]
