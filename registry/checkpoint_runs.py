"""Registry: one MLflow run for each checkpoint, nested under its training, so that MLflow's page compares versions."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from mlflow.entities import Metric
from mlflow.entities.model_registry import ModelVersion

from components.core.config import ModelConfig
from components.core.errors import RegistryError
from components.core.records import Checkpoint
from registry import tags as tag
from registry.client import connect, translate_errors
from registry.git import git_sha
from registry.settings import settings
from registry.tracking import PER_CALL, Run

FLOW = "checkpoint"  # the value of the tag `flow` of such a run; its parent's is `train`
MOST_POINTS = 100  # of each curve of the training that such a run repeats
OUTPUTS = "outputs"  # the folder of its artifacts that people look at
NUMBER = re.compile(r"\d+")


@contextmanager
def open_checkpoint_run(config: ModelConfig, training: Run, checkpoint: Checkpoint, digest: str) -> Iterator[Run]:
    """Open the run of one checkpoint: parameters, and the training's curves and outputs up to its step.

    A run that a killed registration left is deleted first. Call it inside the lock of the registration.
    """
    step = checkpoint.step
    own = _start(config, training, checkpoint, digest)
    try:
        named = {tag.NAME: checkpoint.name} if checkpoint.name else {}
        own.params({**config.model_dump(mode="json"), tag.STEP: step, **named})
        yield own
        _copy_curves(training, own, step)
        _log_outputs(own, settings().checkpoints(config.model, digest) / "validation", step)
    except BaseException:
        with suppress(RegistryError):  # a second failure must not hide the first
            own.end("FAILED")
        raise
    own.end("FINISHED")


@translate_errors()
def run_of(version: ModelVersion) -> Run | None:
    """Return the run of a version's checkpoint; None where it has none, as versions of earlier releases."""
    if not version.run_id:
        return None
    tags = connect().get_run(version.run_id).data.tags
    return Run(version.run_id) if tags.get(tag.FLOW) == FLOW else None


@translate_errors()
def _start(config: ModelConfig, training: Run, checkpoint: Checkpoint, digest: str) -> Run:
    client = connect()
    experiment = client.get_run(training.id).info.experiment_id
    tags = {tag.FLOW: FLOW, tag.TRAINING: digest, tag.STEP: str(checkpoint.step)}
    left = ["attributes.status = 'RUNNING'", *(tag.tag_filter(name, value) for name, value in tags.items())]
    for run in client.search_runs([experiment], " and ".join(left)):
        client.delete_run(run.info.run_id)
    known = {tag.GIT_SHA: sha} if (sha := git_sha()) else {}
    name = checkpoint.name or f"step-{checkpoint.step}"
    created = client.create_run(experiment, tags={**tags, tag.PARENT: training.id, **known}, run_name=name)
    return Run(created.info.run_id)


@translate_errors()
def _copy_curves(training: Run, own: Run, step: int) -> None:
    """Log the training's metrics up to this step, thinned; the last point is always there."""
    client, points = connect(), list[Metric]()
    training.flush()  # the curves of a version are complete where those of its training are
    for logged in training.curves().values():
        curve = [point for point in logged if point.step <= step]
        points += curve[:: -(-len(curve) // MOST_POINTS) or 1][:-1] + curve[-1:]
    for start in range(0, len(points), 10 * PER_CALL):
        client.log_batch(own.id, metrics=points[start : start + 10 * PER_CALL])


def _log_outputs(own: Run, folder: Path, step: int) -> None:
    """Log the files of a training's folder `validation` whose names end with this step, such as step-000300.txt."""
    files = [path for path in folder.glob("*") if (numbers := NUMBER.findall(path.stem)) and int(numbers[-1]) == step]
    if not files:
        return
    with TemporaryDirectory() as temporary:
        for path in files:
            shutil.copy(path, Path(temporary) / path.name)
        own.artifacts(Path(temporary), OUTPUTS)
