"""Flows: move the alias Production to the best version, if it deserves it."""

from prefect import flow

from components.core.records import Decision
from flows.held_out import score_on_test
from flows.reports import decided, publish_decisions
from flows.tasks import carry_out, choose, open_run, read_config, read_snapshot


@flow(name="promote", flow_run_name="promote-{model}")
def promote(
    model: str, snapshot: str = "latest", dry_run: bool = False, overrides: list[str] | None = None
) -> list[Decision]:
    """Return one decision a version, carried out or, in a dry run, only said."""
    config = read_config(model, overrides)

    with open_run(config, "promote") as run:
        examples = read_snapshot(config, snapshot, run)
        decisions, champion = choose(config, examples)
        run.record("decisions.json", decided(decisions, champion, dry_run))
        if not dry_run:
            carry_out(config, decisions, champion, run)
            score_on_test(config, examples, decisions, run)
            run.tags({"decided": config.decision_digest(examples.digest)})
        publish_decisions(config, decisions)

    return list(decisions)
