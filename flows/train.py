"""Flows: train one model on one snapshot, and register every checkpoint as a version."""

from prefect import flow

from flows.tasks import fit, open_run, read_config, read_snapshot, register


@flow(name="train", flow_run_name="train-{model}")
def train(model: str, snapshot: str = "latest", overrides: list[str] | None = None) -> list[int]:
    """Return the versions, one a checkpoint. None has an alias until `promote` gives it one.

    A training that was interrupted goes on from its last complete checkpoint; one that stands already is not repeated.
    """
    config = read_config(model, overrides)

    with open_run(config, "train") as run:
        examples = read_snapshot(config, snapshot, run)
        checkpoints = fit(config, examples, run)
        return [register(config, run, checkpoint, examples) for checkpoint in checkpoints]
