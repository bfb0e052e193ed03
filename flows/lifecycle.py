"""Flows: runs ingest, train, evaluate and promote, from a catalogue to the alias Production."""

from prefect import flow

from components.core.records import Decision
from flows.evaluate import evaluate
from flows.held_lease import leased
from flows.ingest import ingest
from flows.needs import require_needs
from flows.parameters import ModelName
from flows.promote import promote
from flows.tasks import read_config
from flows.train import train


@flow(
    name="lifecycle",
    flow_run_name="lifecycle-{model}",
    description="Ingests, trains, evaluates and promotes, from a catalogue to a version in production. "
    "Finished steps are reused, so a second run with the same settings takes seconds.",
)
@leased
def lifecycle(model: ModelName, catalogue: str | None = None, overrides: list[str] | None = None) -> list[Decision]:
    """Return the decisions. Finished steps are reused.

    Args:
        model: The model. Each is a YAML file in deployments/models.
        catalogue: A folder to read instead of the catalogue in the YAML.
        overrides: Other values for fields of the YAML, such as train.steps=200.
    """
    require_needs(read_config(model, overrides), catalogue)

    ingested = ingest(model, catalogue, overrides)
    snapshot = str(ingested["digest"])

    train(model, snapshot, overrides)
    evaluate(model, snapshot, overrides)
    return promote(model, snapshot, overrides=overrides)
