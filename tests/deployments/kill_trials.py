"""Tests: kill -9 of a flow's process, the worker or Prefect's server, in one trial or several.

Each trial starts a training (every fifth a lifecycle) of the slow toy from its deployment, with settings of its own,
kills one process at a random moment, and waits until the work is finished. `kill_table` runs all and judges them.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

import psutil
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterState, FlowRunFilterStateType
from prefect.client.schemas.objects import FlowRun, StateType

from registry import tags
from registry.client import connect
from registry.lease_rows import OPEN, State, find
from registry.search import all_versions
from registry.tables import LEASES
from tests.deployments.place import MODEL, Place, server_answers, slots_taken, wait_for

STEPS = 6
LATEST = 9.0  # seconds after the process of the run began: by then a training is near its end
PATIENCE = 600.0  # seconds for what is measured, several times the bound
VICTIMS = ("flow", "worker", "server")


@dataclass(frozen=True)
class Trial:
    """What one kill led to. Seconds are counted from the moment in which worker and server were there again."""

    victim: str
    final: float = 0.0  # until each run that was there has a final state, in Prefect and in MLflow
    finished: float = 0.0  # until the same work is finished
    missing: int = 0  # versions
    double: int = 0
    slots: int = 0
    running: int = 0  # runs that are still running in Prefect or MLflow
    error: str = ""  # why the trial has no figures


def run_trials(made: Place, victim: str, times: int) -> list[Trial]:
    made.start_worker()
    done = made.command("ingest", MODEL)
    assert done.returncode == 0, done.stderr
    trials = []
    for number in range(1, times + 1):
        trials.append(_run_trial(made, victim, number))
        sys.stderr.write(f"{number} of {times}: {trials[-1]}\n")
    return trials


def _run_trial(made: Place, victim: str, number: int) -> Trial:
    wait_for(lambda: server_answers(made) and made.worker() and not made.flow_process())  # of the trial before
    flow = "lifecycle" if number % 5 == 0 else "train"
    settings = [f"train.steps={STEPS}", f"train.stride={10 + number}"]
    before = {version.version for version in all_versions(MODEL)}
    with get_client(sync_client=True) as client:
        run = made.start(flow, overrides=settings)
        try:
            _kill(made, victim, random.Random(f"{victim} {number}").uniform(0, LATEST))
            back = time.monotonic()
            wait_for(lambda: is_final(client, run) and not running_in_mlflow(), PATIENCE)
            final = time.monotonic() - back
            wait_for(lambda: not open_leases() and last(client, run).state_name == "Completed", PATIENCE)
            return _measure(client, Trial(victim, final, time.monotonic() - back), before)
        except AssertionError as error:
            return Trial(victim, error=f"Trial {number}: {error}")


def _kill(made: Place, victim: str, after: float) -> None:
    """Kill the process some seconds after the process of the run began; return when worker and server are there."""
    wait_for(made.flow_process, every=0.2)
    time.sleep(after)
    find_process: Mapping[str, Callable[[], psutil.Process | None]] = {
        "flow": made.flow_process,
        "worker": made.worker,
        "server": made.server,
    }
    process = find_process[victim]()
    assert process is not None, f"there was no process of the {victim} after {after:.1f} s."
    process.kill()
    process.wait(timeout=60)
    wait_for(lambda: made.worker() and server_answers(made))


def _measure(client: SyncPrefectClient, trial: Trial, before: set[str]) -> Trial:
    made = Counter(
        (version.tags[tags.TRAINING], version.tags[tags.STEP])
        for version in all_versions(MODEL)
        if version.version not in before
    )
    return Trial(
        trial.victim,
        trial.final,
        trial.finished,
        missing=max(0, STEPS - len(made)),
        double=made.total() - len(made),
        slots=slots_taken(client),
        running=_running_in_prefect(client) + running_in_mlflow(),
    )


def last(client: SyncPrefectClient, run: FlowRun) -> FlowRun:
    """Return the run that does the work now: the run itself, or the one that was started in its place."""
    successors = [lease.successor for lease in find(LEASES.c.flow_run == str(run.id)) if lease.successor]
    return last(client, client.read_flow_run(UUID(successors[0]))) if successors else client.read_flow_run(run.id)


def is_final(client: SyncPrefectClient, run: FlowRun) -> bool:
    state = client.read_flow_run(run.id).state
    return state is not None and state.is_final()


def open_leases() -> bool:
    return bool(find(LEASES.c.state.in_([*OPEN, State.INTERRUPTED, State.CLAIMED])))


def running_in_mlflow() -> int:
    """Return how many running runs MLflow has whose lease is not open."""
    living = {lease.id for lease in find(LEASES.c.state.in_(OPEN))}
    experiments = [experiment.experiment_id for experiment in connect().search_experiments()]
    found = connect().search_runs(experiments, "attributes.status = 'RUNNING'")
    return sum(run.data.tags.get("lease", "") not in living for run in found if "lease" in run.data.tags)


def _running_in_prefect(client: SyncPrefectClient) -> int:
    state = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.RUNNING, StateType.PENDING]))
    return len(client.read_flow_runs(flow_run_filter=FlowRunFilter(state=state)))
