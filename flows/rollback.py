"""Flows: moves the alias Production back to an earlier version."""

from prefect import flow

from flows.parameters import ModelName
from flows.promotion.carry_out import roll_back_production
from flows.reports import publish_rollback
from flows.tasks import open_run, read_config


@flow(
    name="rollback",
    flow_run_name="rollback-{model}",
    description="Puts an earlier version back into production, after a smoke test. The ledger keeps the reason.",
)
def rollback(model: ModelName, to: int | None = None, reason: str = "no reason was given", smoke: bool = True) -> int:
    """Return the version in production now: `to`, or by default the one in production before.

    A smoke test runs first. `smoke=False` skips it, and the ledger records that.

    Args:
        model: The model. Each is a YAML file in deployments/models.
        to: The version to put back; by default the one that was in production before.
        reason: Why. The ledger keeps it.
        smoke: Try the version before it goes into production. Leave it on, except in an emergency.
    """
    config = read_config(model)

    with open_run(config, "rollback") as run:
        now = roll_back_production(config, to, reason, smoke, run)
        publish_rollback(config, now)

    return now
