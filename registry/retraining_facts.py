"""Registry: gathers what is known of a model when it is asked whether to retrain it."""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from mlflow.entities.model_registry import ModelVersion

from components.core.config import ModelConfig
from components.core.errors import DataError, RegistryError
from components.core.retraining import RetrainingFacts
from components.data.new_examples import new_examples
from components.data.snapshots import read_tables
from components.recipes import get_recipe
from registry import tags as tag
from registry.aliases import production
from registry.client import connect, translate_errors
from registry.decisions import decisions_of
from registry.drift_seen import drift_of_report, latest_drift
from registry.replayed_decisions import MONITOR, RETRAIN, read_facts
from registry.retrainings import Asked, Retraining, outcome_of, retrainings
from registry.search import search_versions, trained_versions
from registry.snapshots import fetch_snapshot
from registry.version_record import kept

DAY, HOUR = 86_400.0, 3_600.0  # seconds
PAGE = 1000  # runs in one call


@dataclass(frozen=True, slots=True)
class Beside:
    """Facts that flows know: who runs the lifecycle now, whether it is complete, and the rule of awaited approvals."""

    running: str
    complete: bool
    approval_rule: str


def policy_of(config: ModelConfig) -> dict[str, Any]:
    """Return the sections that a decision on retraining depends on, as JSON values."""
    return {RETRAIN: config.retrain.model_dump(mode="json"), MONITOR: config.monitor.model_dump(mode="json")}


@translate_errors()
def gather_facts(config: ModelConfig, snapshot: str, asked: Asked, beside: Beside) -> RetrainingFacts:
    """Return the facts of a model, for a snapshot to train on, at the time of `asked`.

    Raises:
        UsageError: `asked` names a report that does not exist.
        DataError: the snapshot of the version in production is not on this machine, so that new rows cannot be counted.
    """
    now = datetime.fromtimestamp(asked.time, ZoneInfo(config.schedule.time_zone))
    if not asked.reason:
        return RetrainingFacts("", "", None, 0, now.hour, complete=beside.complete, asked=True)
    served = production(config.model)
    version = int(served.version) if served else None
    seen = drift_of_report(config.model, asked.report) if asked.report else latest_drift(config.model, version)
    newest = search_versions(config.model, {}, limit=1)
    kept_decisions, policy = retrainings(config.model), policy_of(config)
    tried = last_tried(kept_decisions, policy)
    return RetrainingFacts(
        drift=seen.state,
        reason=seen.sentence,
        days_since_training=max(0.0, asked.time - newest[0].creation_timestamp / 1000) / DAY if newest else None,
        new_rows=_new_rows(config, snapshot, served),
        hour=now.hour,
        drifting=seen.drifting,
        tried=tried.drifting if tried else (),
        tried_rows=tried.new_rows if tried else 0,
        gpu_hours_used=hours_of_training(config.model, now),
        challenger=_waiting(config, newest, beside.approval_rule),
        running=beside.running,
        without_benefit=len(fruitless_retrainings(kept_decisions, policy)),
        complete=beside.complete,
    )


def hours_of_training(model: str, now: datetime) -> float:
    """Return the hours of training in the calendar month of `now`, in its time zone, from the runs of the flow train.

    A run that has not ended counts nothing: nobody knows whether its process lives.
    """
    client = connect()
    experiment = client.get_experiment_by_name(model)
    if experiment is None:
        return 0.0
    since = int(now.replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
    query = f"{tag.tag_filter(tag.FLOW, 'train')} and attributes.end_time >= {since}"
    milliseconds, token = 0, None
    while True:
        page = client.search_runs([experiment.experiment_id], query, max_results=PAGE, page_token=token)
        milliseconds += sum(int(run.info.end_time) - max(int(run.info.start_time), since) for run in page)
        token = page.token
        if not token:
            return milliseconds / 1000 / HOUR


def fruitless_retrainings(kept_decisions: Sequence[Retraining], policy: Mapping[str, Any]) -> list[Retraining]:
    """Return the newest retrainings in a row that brought no benefit, the newest first.

    One that failed or did not end counts nothing. The row begins after one with a benefit, after one that a person
    asked for, and after one that was decided by another policy.
    """
    present, found = json.dumps(dict(policy), sort_keys=True), []
    for retraining in (one for one in reversed(kept_decisions) if one.started):
        outcome = outcome_of(retraining) or {}
        if not retraining.reason or retraining.policy != present or outcome.get("benefit"):
            break
        found += [retraining] if "versions" in outcome else []
    return found


def last_tried(kept_decisions: Sequence[Retraining], policy: Mapping[str, Any]) -> RetrainingFacts | None:
    """Return the facts of the newest retraining if it promoted nothing and so left the drift as it was, or None."""
    newest = next(iter(fruitless_retrainings(kept_decisions, policy)), None)
    if newest is None or (outcome_of(newest) or {}).get("promoted"):
        return None
    with suppress(RegistryError):  # edited by hand: `replay-decisions` reports it
        return read_facts(newest)
    return None


def _new_rows(config: ModelConfig, snapshot: str, served: ModelVersion | None) -> int:
    fresh = read_tables(fetch_snapshot(config.model, snapshot), snapshot)
    if served is None:
        return sum(fresh.sizes.values())
    trained_on = str(kept(served).get(tag.TRAINED_ON, ""))
    if trained_on == snapshot:
        return 0
    try:
        known = read_tables(fetch_snapshot(config.model, trained_on), trained_on)
    except DataError as error:
        found = f"New rows cannot be counted: version {served.version} in production was trained on {trained_on}"
        act = f"restore it from a copy, or run `python -m flows lifecycle {config.model}` yourself"
        raise DataError(f"{found}. {str(error).removesuffix('.')}", act=act) from None
    return sum(new_examples(known, fresh, get_recipe(config.recipe).identity).sizes.values())


def _waiting(config: ModelConfig, newest: Sequence[ModelVersion], rule: str) -> str:
    """Return the version of the newest training that waits for a person's approval, empty if none does."""
    if not (config.promote.approval and newest):
        return ""
    versions = trained_versions(config.model, newest[0].tags.get(tag.TRAINING, ""))
    found = next((decision.version for decision in decisions_of(versions) if decision.rule == rule), None)
    return f"Version {found}" if found else ""
