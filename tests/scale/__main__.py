"""Tests: two machines share PostgreSQL and S3; ten runs, one machine killed: `make test-scale`, some minutes.

Both "machines" are folders of this one: each has a clone, a home and a supervised worker on a work pool of its own.
They share no file but what S3 and PostgreSQL have. Nothing is sent to another machine.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.settings import PREFECT_API_URL, temporary_settings

from tests.deployments.place import wait_for
from tests.scale.check import KILLED, RUNS, wrong_machines, wrong_runs, wrong_versions
from tests.scale.machine import MODELS, Machine, make_machine
from tests.scale.runs import STEPS, Started, deploy, read_back, start, successors, wait
from tests.scale.services import run_services


def main() -> int:
    began, folder = time.monotonic(), Path(tempfile.mkdtemp(prefix="atelier-scale-"))
    with ExitStack() as stack:
        services = stack.enter_context(run_services(folder))
        stack.enter_context(temporary_settings({PREFECT_API_URL: services.prefect_api}))
        _say(began, "PostgreSQL, an S3 server, a Prefect server and an MLflow server run")
        machines = [make_machine(name, folder / name, services) for name in ("first", "second")]
        for machine in machines:
            stack.callback(machine.stop)
        client = stack.enter_context(get_client(sync_client=True))
        runs, again = _work(client, machines, began)
        wrong = [*wrong_runs(runs, again), *wrong_versions(services.mlflow_database), *wrong_machines(machines)]
    _print_table(runs, again)
    return _finish(wrong, folder, time.monotonic() - began)


def _work(client: SyncPrefectClient, machines: Sequence[Machine], began: float) -> tuple[list[Started], list[Started]]:
    """Return the runs, and those that took the place of killed ones."""
    deploy(client, [machine.name for machine in machines])
    runs = _run_all(client, machines, began)
    again = successors(client, runs[KILLED].name, runs[KILLED].pool)
    for run in (*runs, *again):
        read_back(client, run)
    return runs, again


def _run_all(client: SyncPrefectClient, machines: Sequence[Machine], began: float) -> list[Started]:
    """Train each model on one machine, evaluate and promote it on the other; kill the first one while it trains."""
    first, second = machines
    left, right = MODELS
    for machine in machines:
        machine.start()
    runs = _phase(client, [("ingest", left, first), ("ingest", right, second)])
    _say(began, "two snapshots were made, one on each machine")
    killed = (f"train {left}", first.name)
    training = [start(client, "train", left, first.name), start(client, "train", right, second.name)]
    wait_for(lambda: any(first.home.rglob(f"step-{STEPS[0]:06d}")), seconds=3600)
    first.kill()
    _say(began, "the first machine was killed after its first checkpoint")
    wait_for(lambda: successors(client, *killed), seconds=600)
    first.start()
    wait(client, [*training, *successors(client, *killed)])
    _say(began, "both models are trained")
    for flow in ("evaluate", "promote"):
        runs += _phase(client, [(flow, left, second), (flow, right, first)])
        _say(began, f"{flow} is done, of each model on the machine that did not train it")
    runs += _phase(client, [("train", left, second), ("ingest", right, first)])
    _say(began, "what one machine has finished is asked for again on the other")
    return [*runs[:2], *training, *runs[2:]]


def _phase(client: SyncPrefectClient, work: Sequence[tuple[str, str, Machine]]) -> list[Started]:
    runs = [start(client, flow, model, machine.name) for flow, model, machine in work]
    wait(client, runs)
    return runs


def _print_table(runs: Sequence[Started], again: Sequence[Started]) -> None:
    sys.stdout.write(f"\n{'run':<20} {'worker':<8} {'state':<10} {'seconds':>7}\n")
    for run in (*runs, *again):
        sys.stdout.write(f"{run.name:<20} {run.pool:<8} {', '.join(run.states):<10} {run.seconds:>7.1f}\n")


def _finish(wrong: Sequence[str], folder: Path, seconds: float) -> int:
    if wrong:
        sys.stdout.write("\n" + "\n".join(wrong) + f"\nThe logs are in {folder}.\n")
        return 1
    shutil.rmtree(folder)
    sys.stdout.write(f"\nEach of {RUNS} runs ended once, and nothing is missing; {seconds:.0f} s.\n")
    return 0


def _say(began: float, what: str) -> None:
    sys.stdout.write(f"[{time.monotonic() - began:4.0f} s] {what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
