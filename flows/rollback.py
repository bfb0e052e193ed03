"""Flows: put the alias Production back where it was."""

from prefect import flow

from flows.promotion.carry_out import put_back
from flows.reports import publish_rollback
from flows.tasks import open_run, read_config


@flow(name="rollback", flow_run_name="rollback-{model}")
def rollback(model: str, to: int | None = None, reason: str = "no reason was given", smoke: bool = True) -> int:
    """Return the version that is in production now: `to`, or else the one that was there before.

    It is loaded and tried first; without `smoke` it is not, which the ledger says.
    """
    config = read_config(model)

    with open_run(config, "rollback") as run:
        now = put_back(config, to, reason, smoke, run)
        publish_rollback(config, now)

    return now
