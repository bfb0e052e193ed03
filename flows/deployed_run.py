"""Flows: the process of a run that a worker starts: Prefect's engine, with masked logs, on a flow of prefect.yaml.

Our own worker (flows/worker.py) has checked the run and names its flow. A container of Docker or Kubernetes is started
by Prefect's own worker, which checks nothing, so the same check is made here, before anything of the run is loaded.
"""

import os
import runpy
import sys
from uuid import UUID

from components.core.errors import UsageError
from flows.interruption import GO_ON_LATER, saved
from registry.environment import process_environment

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
    try:
        runpy.run_module("prefect.engine", run_name="__main__", alter_sys=True)
    finally:
        if saved():  # Prefect's engine ends with 0 once it has written that the run was interrupted
            sys.exit(GO_ON_LATER)


if __name__ == "__main__":
    main()
