"""Flows: trains a model on a snapshot and registers every checkpoint as a version."""

from prefect import flow

from flows.parameters import ModelName
from flows.tasks import fit, open_run, read_config, read_snapshot, register


@flow(
    name="train",
    flow_run_name="train-{model}",
    description="Trains the model on a snapshot and registers every checkpoint as a version in MLflow. "
    "An interrupted training continues from its last checkpoint. Nothing goes into production.",
)
def train(model: ModelName, snapshot: str = "latest", overrides: list[str] | None = None) -> list[int]:
    """Return the versions, one for each checkpoint. None has an alias until `promote` sets one.

    An interrupted training resumes from its last complete checkpoint; a complete one is reused.

    Args:
        model: The model. Each is a YAML file in deployments/models.
        snapshot: The digest of a snapshot, or latest.
        overrides: Other values for fields of the YAML, such as train.steps=200.
    """
    config = read_config(model, overrides)

    with open_run(config, "train") as run:
        examples = read_snapshot(config, snapshot, run)
        checkpoints = fit(config, examples, run)
        return [register(config, run, checkpoint, examples) for checkpoint in checkpoints]
