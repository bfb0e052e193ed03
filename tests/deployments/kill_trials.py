"""Tests: kill -9 of a flow's process, the worker or Prefect's server: `python -m tests.deployments.kill_trials flow`.

Each trial starts a training (every fifth a lifecycle) of the slow toy from its deployment, with settings of its own,
kills one process at a random moment, and waits until the work is finished. It prints a Markdown table.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psutil
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun

from registry.client import connect
from registry.lease_rows import find
from registry.leases import OPEN, State
from registry.search import all_versions
from registry.tables import LEASES
from tests.deployments.place import MODEL, Place, place, server_answers, slots_taken, wait_for

STEPS = 6
LATEST = 9.0  # seconds after the process of the run began: by then a training is near its end
HEADINGS = (
    "killed",
    "times",
    "s to a final state: median, most",
    "s to the end: median, most",
    "versions",
    "slots left",
)


@dataclass(frozen=True)
class Trial:
    final: float  # seconds from the kill until each run that was there has a final state, in Prefect and in MLflow
    finished: float  # until the same work is finished
    versions: int
    slots: int


def run_trial(made: Place, victim: str, number: int) -> Trial:
    flow, settings = (
        ("lifecycle" if number % 5 == 0 else "train"),
        [f"train.steps={STEPS}", f"train.stride={10 + number}"],
    )
    before = len(all_versions(MODEL))
    with get_client(sync_client=True) as client:
        run = made.start(flow, overrides=settings)
        killed = kill(made, victim, random.Random(f"{victim} {number}").uniform(0, LATEST))
        final = wait_for(lambda: is_final(client, run) and not running_in_mlflow())
        wait_for(lambda: not open_leases() and last(client, run).state_name == "Completed")
        finished = time.monotonic() - killed
        wait_for(made.worker)
        return Trial(final, finished, len(all_versions(MODEL)) - before, slots_taken(client))


def kill(made: Place, victim: str, after: float) -> float:
    """Kill the process some seconds after the process of the run began; return when, by `monotonic`."""
    wait_for(lambda: made.flow_process(), every=0.2)
    time.sleep(after)
    find_process: Mapping[str, Callable[[], psutil.Process | None]] = {
        "flow": made.flow_process,
        "worker": made.worker,
        "server": made.server,
    }
    process = find_process[victim]()
    assert process is not None, f"There is no process of the {victim} after {after:.1f} s."
    process.kill()
    return time.monotonic()


def last(client: SyncPrefectClient, run: FlowRun) -> FlowRun:
    """Return the run that does the work now: the run itself, or the one that was started in its place."""
    successors = [lease.successor for lease in find(LEASES.c.flow_run == str(run.id)) if lease.successor]
    return last(client, client.read_flow_run(UUID(successors[0]))) if successors else client.read_flow_run(run.id)


def is_final(client: SyncPrefectClient, run: FlowRun) -> bool:
    state = client.read_flow_run(run.id).state
    return state is not None and state.is_final()


def open_leases() -> bool:
    return bool(find(LEASES.c.state.in_([*OPEN, State.INTERRUPTED, State.CLAIMED])))


def running_in_mlflow() -> bool:
    """Tell whether MLflow has a running run whose lease is not open."""
    living = {lease.id for lease in find(LEASES.c.state.in_(OPEN))}
    experiments = [experiment.experiment_id for experiment in connect().search_experiments()]
    found = connect().search_runs(experiments, "attributes.status = 'RUNNING'")
    return any(run.data.tags.get("lease", "") not in living for run in found if "lease" in run.data.tags)


def row(victim: str, trials: list[Trial]) -> str:
    final, finished = [[getattr(trial, name) for trial in trials] for name in ("final", "finished")]
    versions = f"{sum(trial.versions for trial in trials)} of {STEPS * len(trials)}"
    times = [f"{statistics.median(values):.0f}, {max(values):.0f}" for values in (final, finished)]
    cells = (victim, str(len(trials)), *times, versions, str(sum(trial.slots for trial in trials)))
    return f"| {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("victim", choices=("flow", "worker", "server"))  # one a process, whose clients are of one home
    given = parser.parse_args()
    rows = [f"| {' | '.join(HEADINGS)} |", f"|{' --- |' * len(HEADINGS)}"]
    with tempfile.TemporaryDirectory() as folder, place(Path(folder)) as made:
        rows.append(row(given.victim, run_trials(made, given.victim, given.times)))
    sys.stdout.write("\n".join(rows) + "\n")


def run_trials(made: Place, victim: str, times: int) -> list[Trial]:
    made.start_worker()
    made.command("ingest", MODEL)
    wait_for(lambda: server_answers(made))
    trials = []
    for number in range(1, times + 1):
        trials.append(run_trial(made, victim, number))
        sys.stderr.write(f"{victim} {number}: {trials[-1]}\n")
    return trials


if __name__ == "__main__":
    main()
