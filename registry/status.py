"""Registry: where a model stands, as `status --json` prints it."""

import math
from typing import Any

from mlflow.entities.model_registry import ModelVersion

from components.core.errors import RegistryError, UnavailableError
from components.core.records import BASE, Scorecard
from registry import tags as tag
from registry.aliases import CHALLENGER, bearer, production
from registry.ledger.store import history, last_move
from registry.ledger.verify import standing
from registry.scorecards import base_scorecard, scorecard_of
from registry.search import all_versions, step_of
from registry.settings import tracking_uri
from registry.tracking import newest_run


def status(model: str) -> dict[str, Any]:
    """Return what stands: the snapshot, the version in production, the newest versions and the base model's scores.

    `moved` says how the version in production came there, as the ledger has it. `standing` is a sentence where the
    ledger was altered, the alias is not where it says, or a move was left half done, else None.
    Everything is a JSON value. What is not there, or is no finite number, is None. A model that was never trained has
    no versions, and that is no error.

    Raises:
        RegistryError: MLflow cannot be reached.
    """
    versions, champion, challenger = all_versions(model), production(model), bearer(model, CHALLENGER)
    snapshot = _snapshot(model, versions)
    base = base_scorecard(model, snapshot) if snapshot else None
    return {
        "model": model,
        "snapshot": snapshot,
        "production": _row(champion) if champion else None,
        "challenger": _row(challenger) if challenger else None,
        "moved": _moved(model, champion),
        "standing": standing(model),
        "versions": [_row(version) for version in versions],
        "base": {"version": BASE, "step": 0, **_numbers(base)} if base else None,
        "tracking_uri": tracking_uri(),
    }


def _moved(model: str, champion: ModelVersion | None) -> dict[str, Any] | None:
    """Return the last move, if it is the one that brought the version there, and the ledger can be read."""
    try:
        last = last_move(history(model))
    except UnavailableError:
        raise
    except RegistryError:  # `standing` tells it
        return None
    if last is None or champion is None or last.move.to_version != int(champion.version):
        return None
    move = last.move
    return {"action": str(move.action), "from": move.from_version, "to": move.to_version, "reason": move.reason}


def _snapshot(model: str, versions: list[ModelVersion]) -> str | None:
    """Return the snapshot of the newest finished ingestion, or else the one that the newest version was trained on."""
    ingested = newest_run(model, {tag.FLOW: "ingest"})
    if ingested and ingested.data.tags.get(tag.SNAPSHOT):
        return str(ingested.data.tags[tag.SNAPSHOT])
    return versions[0].tags.get(tag.TRAINED_ON) if versions else None


def _row(version: ModelVersion) -> dict[str, Any]:
    tags = version.tags
    return {
        "version": int(version.version),
        "step": step_of(version),
        **_numbers(scorecard_of(version)),
        "decision": tags.get(tag.DECISION),
        "rule": tags.get(tag.DECISION_RULE),
        "reason": tags.get(tag.DECISION_REASON),
        "snapshot": tags.get(tag.SNAPSHOT),
        "aliases": list(version.aliases),
    }


def _numbers(scorecard: Scorecard | None) -> dict[str, float | None]:
    """Return each score and its interval, as `fid`, `fid_low` and `fid_high`."""
    scores = scorecard.scores if scorecard else {}
    numbers: dict[str, float | None] = {}
    for name in (*tag.SHOWN, *sorted(scores.keys() - set(tag.SHOWN))):  # those of SHOWN are always among the keys
        score = scores.get(name)
        values = (score.value, score.low, score.high) if score else (None, None, None)
        numbers |= dict(zip((name, f"{name}_low", f"{name}_high"), map(_finite, values), strict=True))
    return numbers


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
