"""Flows: the process of a run that a worker starts: Prefect's engine, with masked logs, on a flow of prefect.yaml.

Our own worker (flows/worker.py) has checked the run and names its flow. A container of Docker or Kubernetes is started
by Prefect's own worker, which checks nothing, so the same check is made here, before anything of the run is loaded.
"""

import os
import runpy
import signal
import sys
from contextlib import suppress
from uuid import UUID

from components.core.errors import UsageError
from flows.interruption import GO_ON_LATER, saved
from registry.environment import process_environment

INTERRUPTED = "Interrupted"  # the name of the state of a run that was cut short, of Prefect's type CRASHED
ENTRYPOINT, RUN = "PREFECT__FLOW_ENTRYPOINT", "PREFECT__FLOW_RUN_ID"  # Prefect's variables


def own_entrypoint(flow_run: UUID) -> str:
    """Return the file and the flow of a run, which Prefect's engine then loads, whatever the API names.

    Raises:
        UsageError: the run is not one that prefect.yaml declares.
    """
    from prefect.client.orchestration import get_client

    from flows.worker import PREFECT_FILE, declared, require_ours
    from registry.settings import REPOSITORY

    with get_client(sync_client=True) as client:
        run = client.read_flow_run(flow_run)
        deployment = client.read_deployment(run.deployment_id) if run.deployment_id else None
    return str(REPOSITORY / require_ours(deployment, declared(PREFECT_FILE)))


def main() -> None:
    os.environ.update(process_environment())  # before Prefect is imported, which reads it
    from flows.masked_logs import mask_logs

    mask_logs()
    if ENTRYPOINT not in os.environ:
        try:
            os.environ[ENTRYPOINT] = own_entrypoint(UUID(os.environ[RUN]))
        except UsageError as error:
            sys.exit(f"Error: {error}")
    signal.signal(signal.SIGTERM, _end)
    try:
        runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)
    finally:
        if saved():  # Prefect's engine ends with 0 or by the signal once it has written that the run was cut short
            say_how_it_goes_on(UUID(os.environ[RUN]))
            sys.exit(GO_ON_LATER)


def say_how_it_goes_on(flow_run: UUID) -> None:
    """Name the state of a run that was cut short after it saved its step. What a person cancelled stays cancelled.

    If the server is away, `reap` ends the run later.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.objects import StateType
    from prefect.states import Crashed

    message = f"{saved().capitalize()} is saved: `make worker` or `atelier reap` starts the run again from there."
    with suppress(Exception), get_client(sync_client=True) as client:
        state = client.read_flow_run(flow_run).state
        if state and state.type == StateType.CRASHED:
            client.set_flow_run_state(flow_run, Crashed(name=INTERRUPTED, message=message), force=True)


def _end(number: int, frame: object) -> None:
    """End by SIGTERM. Prefect's engine handles it while a flow runs, and then sends it to the process once more."""
    if saved():
        sys.exit(GO_ON_LATER)
    signal.signal(number, signal.SIG_DFL)
    signal.raise_signal(number)


if __name__ == "__main__":
    main()
