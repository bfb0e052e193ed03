"""Registry: checkpoints become versions, and versions give their checkpoints back."""

import json
from collections.abc import Mapping

from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from components.core.config import ModelConfig
from components.core.packages import Package
from components.core.recipe import Recipe
from components.core.records import Checkpoint
from registry import tags as tag
from registry.base_folders import place_in
from registry.checkpoint_runs import open_checkpoint_run
from registry.client import connect, translate_errors
from registry.git import git_sha
from registry.locking.lock import lock
from registry.packaging import log_checkpoint, packed_folder
from registry.search import search_versions, trained_versions
from registry.settings import settings
from registry.tracking import Run, finished_run
from registry.version_files import verified_files
from registry.version_record import write_record


@translate_errors()
def register(
    config: ModelConfig, run: Run, recipe: Recipe, checkpoint: Checkpoint, training: str, snapshot: str
) -> int:
    """Register a checkpoint as a version; if this step of this training has one already, return that one.

    Raises:
        RegistryError: MLflow refuses, or another process holds the lock of this registration for too long.
        CheckpointError: the checkpoint lacks a file.
    """
    name, step = config.model, str(checkpoint.step)
    with lock(settings().database_url, f"register-{name}-{training}-{step}"):
        found = search_versions(name, {tag.TRAINING: training, tag.STEP: step})
        if found:
            return int(found[0].version)
        tags = {
            tag.STEP: step,
            tag.NAME: checkpoint.name,
            tag.TRAINING: training,
            tag.TRAINED_ON: snapshot,
            tag.SNAPSHOT: snapshot,
            tag.ADAPTER: checkpoint.digest,
            tag.BASE_MODEL: checkpoint.base_model,
            tag.GIT_SHA: git_sha(),
        }
        package = recipe.package(config, checkpoint)
        with open_checkpoint_run(config, run, checkpoint, training) as own:
            return _create(config, own, package, checkpoint, tags)


@translate_errors()
def checkpoint_of(version: ModelVersion) -> Checkpoint:
    """Return the checkpoint of a version, after its files were checked against what was registered.

    Raises:
        CheckpointError: a file was changed or is missing.
        RegistryError: the files cannot be fetched.
    """
    found = verified_files(version)
    origin, folder = found.manifest.origin, found.folder / packed_folder(found.manifest.files)
    base = place_in(found.folder) or origin.base_model  # other programs need the folder
    return Checkpoint(folder, origin.step, origin.adapter, str(base), origin.base_digest, origin.name)


def trained_elsewhere(model: str, training: str) -> list[Checkpoint]:
    """Return the checkpoints of a training that another machine has finished, from its versions; empty if none has.

    Only machines that share their snapshots look for it. A training that was begun here goes on here.
    """
    if not settings().snapshots_url or settings().checkpoints(model, training).is_dir():
        return []
    if finished_run(model, "train", training=training) is None:
        return []
    return [checkpoint_of(version) for version in trained_versions(model, training)]


def _create(config: ModelConfig, run: Run, package: Package, checkpoint: Checkpoint, tags: Mapping[str, str]) -> int:
    """Log the checkpoint, then its record, then create the version, so that no version lacks a part of the two."""
    client = connect()
    _make_registered_model(config)
    known = {name: value for name, value in tags.items() if value}
    logged = log_checkpoint(run, config, package, checkpoint, known)
    record = {**known, tag.MANIFEST: logged.manifest, tag.CONFIG: config.model_dump(mode="json")}
    chips = {**tag.chips(record, {}), tag.RECORD: write_record(run.id, record)}
    source = f"models:/{logged.id}"
    version = client.create_model_version(config.model, source=source, run_id=run.id, tags=chips, model_id=logged.id)
    registered = [{"name": config.model, "version": int(version.version)}]
    client.set_logged_model_tags(logged.id, {tag.VERSIONS: json.dumps(registered)})
    return int(version.version)


def _make_registered_model(config: ModelConfig) -> None:
    """Create the registered model at first use. If another process does so too, MLflow fails in several ways."""
    client = connect()
    try:
        client.get_registered_model(config.model)
    except MlflowException:
        try:
            client.create_registered_model(config.model, description=config.about)
        except MlflowException:
            client.get_registered_model(config.model)
