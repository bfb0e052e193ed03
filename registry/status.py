"""Registry: the status of a model, as `status --json` prints it."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from mlflow.entities.model_registry import ModelVersion

from components.core.config import ModelConfig
from components.core.errors import CheckpointError, RegistryError, UnavailableError
from components.core.masking import mask_address
from components.core.metric_table import Metrics
from components.core.records import BASE, Scorecard
from components.recipes import get_recipe
from registry import tags as tag
from registry.aliases import CHALLENGER, production, version_with_alias
from registry.dead_runs import dead_sentences, working_sentences
from registry.ledger.store import history, last_move
from registry.ledger.verify import problem
from registry.looks import last_look
from registry.pages import page_of
from registry.schedules import schedule_status
from registry.scorecards import base_scorecard, scorecard_in
from registry.search import all_versions, name_of_checkpoint, step_of
from registry.settings import tracking_uri
from registry.tracking import newest_run
from registry.version_record import Record, kept


def status(config: ModelConfig) -> dict[str, Any]:
    """Return the snapshot, the version in production, the newest versions and the base model's scores.

    `moved` is the ledger's entry that put the version in production. `problem` is a sentence if the ledger was
    altered, the alias differs from it, a move did not end, or a version's record is damaged; else None. `dead` has a
    sentence for each work whose process died and that was not finished since, `working` for each that goes on. `look`
    is the last look of the monitor, or None. `page` is the address of the versions on MLflow's server, if one runs.
    All values are JSON values; a missing or non-finite number is None. A model that was never trained has no versions,
    which is not an error. `schedule` has the next run of each flow that has one, or in `none` the reason why there is
    none.

    Raises:
        RegistryError: MLflow cannot be reached.
    """
    model, recipe = config.model, get_recipe(config.recipe)
    versions, champion, challenger = all_versions(model), production(model), version_with_alias(model, CHALLENGER)
    snapshot = _snapshot(model, versions)
    base = base_scorecard(model, snapshot) if snapshot else None
    return {
        "model": model,
        "snapshot": snapshot,
        "production": _row(champion, recipe.shown) if champion else None,
        "challenger": _row(challenger, recipe.shown) if challenger else None,
        "moved": _moved(model, champion),
        "problem": problem(model) or _unreadable(versions),
        "working": working_sentences(model),
        "dead": dead_sentences(model),
        "versions": [_row(version, recipe.shown) for version in versions],
        "base": {"version": BASE, "step": 0, "name": "", **_numbers(base, recipe.shown)} if base else None,
        "shown": [_column(name, recipe.metrics) for name in recipe.shown],
        "look": _look(model),
        "tracking_uri": mask_address(tracking_uri()),
        "page": page_of(model),
        "schedule": schedule_status(config, datetime.now(UTC)),
    }


def _look(model: str) -> dict[str, Any] | None:
    """Return the last look of the monitor; `time` is in seconds since 1970."""
    look = last_look(model)
    if look is None:
        return None
    return {"state": look.state, "sentence": look.sentence, "time": look.time, "version": look.version, "run": look.run}


def _unreadable(versions: Sequence[ModelVersion]) -> str | None:
    """Return a sentence about the first version whose record cannot be read; `status` shows its tags alone."""
    for version in versions:
        try:
            kept(version)
        except CheckpointError as error:
            return str(error)
    return None


def _record(version: ModelVersion) -> Record:
    try:
        return kept(version)
    except CheckpointError:
        return version.tags


def _moved(model: str, champion: ModelVersion | None) -> dict[str, Any] | None:
    """Return the ledger's last move, if it put this version in production and the ledger can be read."""
    try:
        last = last_move(history(model))
    except UnavailableError:
        raise
    except RegistryError:  # `problem` reports it
        return None
    if last is None or champion is None or last.move.to_version != int(champion.version):
        return None
    move = last.move
    return {"action": str(move.action), "from": move.from_version, "to": move.to_version, "reason": move.reason}


def _snapshot(model: str, versions: list[ModelVersion]) -> str | None:
    """Return the snapshot of the newest finished ingestion, else the one that the newest version was trained on."""
    ingested = newest_run(model, {tag.FLOW: "ingest"})
    if ingested and ingested.data.tags.get(tag.SNAPSHOT):
        return str(ingested.data.tags[tag.SNAPSHOT])
    return _record(versions[0]).get(tag.TRAINED_ON) if versions else None


def _column(name: str, metrics: Metrics) -> dict[str, Any]:
    """Return the column of a score: its key in a row, its title, its number of decimals."""
    return {"name": name, "title": metrics[name].title, "decimals": metrics[name].decimals}


def _row(version: ModelVersion, shown: Sequence[str]) -> dict[str, Any]:
    record = _record(version)
    return {
        "version": int(version.version),
        "step": step_of(version),
        "name": name_of_checkpoint(version),
        **_numbers(scorecard_in(record), shown),
        "decision": record.get(tag.DECISION),
        "rule": record.get(tag.DECISION_RULE),
        "reason": record.get(tag.DECISION_REASON),
        "snapshot": record.get(tag.SNAPSHOT),
        "aliases": list(version.aliases),
    }


def _numbers(scorecard: Scorecard | None, shown: Sequence[str]) -> dict[str, float | None]:
    """Return each score and its interval, as `name`, `name_low` and `name_high`: all of `shown`, then the others."""
    scores = scorecard.scores if scorecard else {}
    numbers: dict[str, float | None] = {}
    for name in (*shown, *sorted(scores.keys() - set(shown))):
        score = scores.get(name)
        values = (score.value, score.low, score.high) if score else (None, None, None)
        numbers |= dict(zip((name, f"{name}_low", f"{name}_high"), map(_finite, values), strict=True))
    return numbers


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
