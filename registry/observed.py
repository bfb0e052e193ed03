"""Registry: what can be seen of a model from outside: production, ledger, runs, drift, retraining. Reads only."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from components.core.errors import UnavailableError
from registry import tags as tag
from registry.client import connect, translate_errors
from registry.database import CHECK_DATABASE, database_error_text, engine
from registry.ledger.entries import Entry
from registry.ledger.state import State, read_state
from registry.ledger.verify import findings_in
from registry.settings import settings
from registry.tracking import newest_run

STATES = ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")  # of MLflow's runs
FLOWS = ("ingest", "train", "evaluate", "promote", "rollback", "lifecycle", "monitor")
PAGE = 1000
LAST_LOOK = text("SELECT * FROM looks WHERE model = :model ORDER BY entry DESC LIMIT 1")
DECISIONS = text("SELECT action, count(*) AS number FROM retrainings WHERE model = :model GROUP BY action")


@dataclass(frozen=True, slots=True)
class Drift:
    """The newest look of the monitor: its verdict, when, and how far each column has moved."""

    state: str
    time: float  # seconds since 1970
    distances: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Observed:
    """One model at one moment. Times are in seconds since 1970."""

    model: str
    production: int | None
    promoted: float | None  # when the ledger's last move put a version in production
    ledger_verified: bool
    runs: Mapping[str, int]  # by state
    succeeded: Mapping[str, float]  # when the newest finished run of a flow ended
    drift: Drift | None
    retrainings: Mapping[str, int] = field(default_factory=dict)  # decisions by action


def observe(model: str) -> Observed:
    """Read everything about a model.

    Raises:
        RegistryError: MLflow or the database does not answer.
    """
    state = read_state(model)
    return Observed(
        model,
        state.production,
        _promoted(state),
        not any(finding.alarm for finding in findings_in(state)),
        runs_by_state(model),
        _last_successes(model),
        last_drift(model),
        retraining_decisions(model),
    )


def last_drift(model: str) -> Drift | None:
    """Return the newest look of the monitor, or None before the first one."""
    row = next(iter(_rows("looks", LAST_LOOK, model)), None)
    return Drift(str(row["state"]), float(row["time"]), json.loads(row["distances"] or "{}")) if row else None


def retraining_decisions(model: str) -> dict[str, int]:
    """Return how many decisions on retraining there were, by action."""
    return {str(row["action"]): int(row["number"]) for row in _rows("retrainings", DECISIONS, model)}


@translate_errors()
def runs_by_state(model: str) -> dict[str, int]:
    """Return how many runs each state has, in MLflow's experiment of the model."""
    client = connect()
    experiment = client.get_experiment_by_name(model)
    numbers = dict.fromkeys(STATES, 0)
    token: str | None = None
    while experiment is not None:
        page = client.search_runs([experiment.experiment_id], max_results=PAGE, page_token=token)
        for run in page:
            numbers[run.info.status] = numbers.get(run.info.status, 0) + 1
        token = page.token
        if not token:
            break
    return numbers


def _promoted(state: State) -> float | None:
    moved: list[Entry] = [entry for entry in state.entries if entry.move.moved]
    return moved[-1].time if moved else None


def _last_successes(model: str) -> dict[str, float]:
    found = {flow: newest_run(model, {tag.FLOW: flow}) for flow in FLOWS}
    return {flow: run.info.end_time / 1000 for flow, run in found.items() if run and run.info.end_time}


def _rows(name: str, query: Any, model: str) -> list[Mapping[str, Any]]:
    """Return the rows of a query; none if the database is of an older Atelier, which has no such table."""
    try:
        opened = engine(settings().database_url)
        if not inspect(opened).has_table(name):
            return []
        with opened.connect() as connection:
            return [dict(row) for row in connection.execute(query, {"model": model}).mappings()]
    except SQLAlchemyError as error:
        found = f"The table {name} cannot be read ({database_error_text(error)})"
        raise UnavailableError(found, act=CHECK_DATABASE) from None
