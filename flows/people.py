"""Flows: who gives an order, as the ledger keeps it."""

import os
from getpass import getuser

from registry.tracking import Run


def person() -> str:
    """Return the name of whoever runs this process; a container may know a number alone."""
    try:
        return getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def ordered_by(run: Run) -> str:
    """Return the person and the MLflow run, whose tag `prefect.flow_run_id` leads to the flow run."""
    return f"{person()}, run {run.id}"
