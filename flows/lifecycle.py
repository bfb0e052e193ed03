"""Flows: runs ingest, train, evaluate and promote, from a catalogue to the alias Production."""

from prefect import flow

from components.core.records import Decision
from flows.already_done import complete_snapshot
from flows.evaluate import evaluate
from flows.held_lease import leased
from flows.ingest import ingest
from flows.needs import require_needs
from flows.parameters import ModelName, Reason
from flows.promote import promote
from flows.retraining import decided, keep_outcome, skipped
from flows.retraining_request import RetrainingRequest
from flows.tasks import read_config
from flows.train import train


@flow(
    name="lifecycle",
    flow_run_name="lifecycle-{model}",
    description="Ingests, trains, evaluates and promotes, from a catalogue to a version in production. "
    "Finished steps are reused. A schedule, or drift, asks first: the retraining policy of the YAML decides.",
)
@leased
def lifecycle(
    model: ModelName,
    catalogue: str | None = None,
    overrides: list[str] | None = None,
    reason: Reason = "",
    report: str = "",
) -> list[Decision]:
    """Return the decisions on versions; none if there is nothing new to learn from, or the policy says WAIT or SKIP.

    Such a run ends as completed, in a state named Skipped whose message says why.

    Args:
        model: The model. Each is a YAML file in deployments/models.
        catalogue: A folder to read instead of the catalogue in the YAML.
        overrides: Other values for fields of the YAML, such as train.steps=200.
        reason: Who asks. Empty: a person, whom no policy stops. Otherwise schedule or drift.
        report: The MLflow run of the monitor that found drift, where that is the reason.
    """
    config, request = read_config(model, overrides), RetrainingRequest(reason, report)
    require_needs(config, catalogue)

    snapshot = complete_snapshot(config, catalogue) or str(ingest(model, catalogue, overrides)["digest"])
    with decided(config, snapshot, request) as retraining:
        if not retraining.started:
            return skipped(retraining)
        train(model, snapshot, overrides)
        evaluate(model, snapshot, overrides)
        decisions = promote(model, snapshot, overrides=overrides)
        keep_outcome(retraining, decisions)

    return decisions
