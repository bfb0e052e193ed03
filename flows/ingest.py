"""Flows: turn a catalogue into a snapshot of examples."""

from typing import Any

from prefect import flow

from flows.needs import missing_after_ingest
from flows.parameters import ModelName
from flows.reports import ingest_summary, publish_ingestion
from flows.tasks import make_snapshot, open_run, read_config


@flow(
    name="ingest",
    flow_run_name="ingest-{model}",
    description="Reads a catalogue and makes a snapshot of it: examples for training, validation and test. "
    "Every row is kept, repaired, or quarantined with a reason. The same catalogue gives the same snapshot.",
)
def ingest(model: ModelName, catalogue: str | None = None, overrides: list[str] | None = None) -> dict[str, Any]:
    """Return what became of every row, the snapshot's digest, and what train and evaluate will lack on this machine.

    The same catalogue always gives the same digest.

    Args:
        model: The model. Each is a YAML file in deployments/models.
        catalogue: A folder to read instead of the catalogue in the YAML.
        overrides: Other values for fields of the YAML, such as train.steps=200.
    """
    config = read_config(model, overrides)

    with open_run(config, "ingest") as run:
        snapshot, ingestion = make_snapshot(config, catalogue, run)
        summary = ingest_summary(snapshot, ingestion, missing_after_ingest(config, catalogue))
        run.metrics({what: summary[what] for what in ("rows", "selected", "kept")}, step=0)
        publish_ingestion(config, summary)

    return summary
