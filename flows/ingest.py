"""Flows: turn a catalogue into a snapshot of examples."""

from typing import Any

from prefect import flow

from flows.needs import missing_after_ingest
from flows.reports import ingest_summary, publish_ingestion
from flows.tasks import make_snapshot, open_run, read_config


@flow(name="ingest", flow_run_name="ingest-{model}")
def ingest(model: str, catalogue: str | None = None, overrides: list[str] | None = None) -> dict[str, Any]:
    """Return what became of every row, the snapshot's digest, and what train and evaluate will lack on this machine.

    The same catalogue always gives the same digest.
    """
    config = read_config(model, overrides)

    with open_run(config, "ingest") as run:
        snapshot, ingestion = make_snapshot(config, catalogue, run)
        summary = ingest_summary(snapshot, ingestion, missing_after_ingest(config, catalogue))
        run.metrics({what: summary[what] for what in ("rows", "selected", "kept")}, step=0)
        publish_ingestion(config, summary)

    return summary
