"""Registry: the decisions on retraining, kept with their inputs and, when a retraining ends, its outcome."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, insert, select, update

from components.core.files import digest_of
from components.core.retraining import RetrainingDecision, RetrainingFacts
from registry.database import connected
from registry.settings import settings
from registry.tables import RETRAININGS

SEALED = ("model", "time", "reason", "report", "key", "facts", "policy", "action", "rule", "sentence")


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked for a retraining, and when.

    `reason` is `schedule`, `drift`, or empty for a person; `report` the MLflow run of the look that found drift; `key`
    the digest of model, snapshot and config; `time` in seconds since 1970.
    """

    model: str
    time: float
    reason: str
    report: str
    key: str


@dataclass(frozen=True, slots=True)
class Retraining:
    """A row of the table: a decision, with its inputs as JSON texts and its outcome as one, empty while there is none.

    `seal` is the digest of all but `entry` and `outcome`.
    """

    entry: int
    model: str
    time: float
    reason: str
    report: str
    key: str
    facts: str
    policy: str
    action: str
    rule: str
    sentence: str
    seal: str
    outcome: str = ""

    @property
    def started(self) -> bool:
        return self.action == "START"


def add_retraining(
    asked: Asked, facts: RetrainingFacts, policy: Mapping[str, Any], decision: RetrainingDecision
) -> Retraining:
    """Keep a decision with its inputs, and return it as it was kept.

    Raises:
        UnavailableError: the database does not answer.
    """
    inputs = {"facts": json.dumps(asdict(facts)), "policy": json.dumps(dict(policy), sort_keys=True)}
    answer = {"action": str(decision.action), "rule": decision.rule, "sentence": decision.sentence}
    row: dict[str, Any] = {**asdict(asked), **inputs, **answer}
    row["seal"] = seal_of(row)
    with _connected(asked.model, "written") as connection:
        (entry,) = connection.execute(insert(RETRAININGS).values(row)).inserted_primary_key or (0,)
    return Retraining(int(entry), **row)


def write_outcome(retraining: Retraining, outcome: Mapping[str, Any]) -> None:
    """Write what became of a retraining that started."""
    with _connected(retraining.model, "written") as connection:
        row = RETRAININGS.c.entry == retraining.entry
        connection.execute(update(RETRAININGS).where(row).values(outcome=json.dumps(dict(outcome))))


def retrainings(model: str, newest: int | None = None) -> list[Retraining]:
    """Return the decisions on a model, oldest first; with `newest`, the last so many."""
    with _connected(model, "read") as connection:
        found = select(RETRAININGS).where(RETRAININGS.c.model == model).order_by(RETRAININGS.c.entry.desc())
        rows = connection.execute(found.limit(newest)).mappings().all()
    return [Retraining(**row) for row in reversed(rows)]


def last_retraining(model: str) -> Retraining | None:
    """Return the newest decision on a model, or None."""
    return next(iter(retrainings(model, newest=1)), None)


def seal_of(row: Mapping[str, Any]) -> str:
    """Return the seal that a row must have (12 hex digits). It shows that a row was edited, not by whom."""
    return digest_of({name: repr(row[name]) if name == "time" else row[name] for name in SEALED})


def outcome_of(retraining: Retraining) -> dict[str, Any] | None:
    """Return the outcome, None while there is none or where it was edited."""
    try:
        found = json.loads(retraining.outcome or "null")
    except (ValueError, TypeError):
        return None
    return found if isinstance(found, dict) else None


def _connected(model: str, done: str) -> AbstractContextManager[Connection]:
    return connected(settings().database_url, f"The decisions on retraining {model}", done)
