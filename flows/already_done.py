"""Flows: finds out whether a lifecycle is complete already, without starting Prefect, which takes seconds."""

from collections.abc import Sequence

from components import recipes
from components.core.config import ModelConfig
from components.core.errors import CheckpointError, RegistryError
from components.core.records import Snapshot
from components.data.snapshots import find_snapshot
from flows.console.progress import flow_log
from flows.promotion.request import PromotionRequest
from registry import aliases
from registry.settings import settings
from registry.snapshots import fetch_snapshot
from registry.sources import open_source, origin_of
from registry.tags import DECIDED
from registry.tracking import Run, finished_run
from registry.version_files import verified_files


def is_complete(model: str, catalogue: str | None, overrides: Sequence[str]) -> bool:
    """Return True if this catalogue was ingested, trained on, evaluated and decided on with the same settings.

    Not so if the snapshot or a file of the version in production was altered: the flows make it again, or say so.
    """
    config = recipes.read_config(settings().models, model, overrides)
    return complete_snapshot(config, catalogue) is not None


def complete_snapshot(config: ModelConfig, catalogue: str | None) -> str | None:
    """Return the digest of this catalogue's snapshot if the lifecycle is complete for it, else None."""
    with flow_log(None) as log:
        source = open_source(config, catalogue, log)
    found = find_snapshot(fetch_snapshot(config.model), origin_of(config, source))
    if found is None or not is_decided(config, found[0].digest):
        return None
    return found[0].digest


def is_decided(config: ModelConfig, snapshot: str) -> bool:
    """Return True if a snapshot was trained on, evaluated and decided on, and Production's files are unaltered."""
    trained = finished_run(config.model, "train", training=config.training_digest(snapshot))
    decided = finished_run(config.model, "promote", **{DECIDED: config.decision_digest(snapshot)})
    return trained is not None and decided is not None and _is_whole(config.model)


def _is_whole(model: str) -> bool:
    version = aliases.production(model)
    try:
        return version is None or bool(verified_files(version))
    except (CheckpointError, RegistryError):
        return False


def mark_decided(config: ModelConfig, snapshot: Snapshot, request: PromotionRequest, run: Run) -> None:
    """Write the tag that `is_complete` looks for. A request for one version writes none: the others are undecided."""
    if request.version is None:
        run.tags({DECIDED: config.decision_digest(snapshot.digest)})
