"""Registry: the rows of the table `leases`."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Delete, Insert, Update, select
from sqlalchemy.exc import SQLAlchemyError

from components.core.errors import UnavailableError
from registry.database import CHECK_DATABASE, database_error_text, engine
from registry.processes import ProcessName
from registry.settings import settings
from registry.tables import LEASES


class State(StrEnum):
    """The states of a lease; registry/leases.py describes them."""

    SUBMITTED = "submitted"
    WAITING = "waiting"
    HELD = "held"
    INTERRUPTED = "interrupted"
    CLAIMED = "claimed"
    DEAD = "dead"
    RESUMED = "resumed"


OPEN = (State.SUBMITTED, State.WAITING, State.HELD)


@dataclass(frozen=True, slots=True)
class Work:
    """What a lease is for. `deployment` is empty if a command started it."""

    model: str
    flow: str
    flow_run: str
    deployment: str = ""
    command: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.flow} of {self.model}"


@dataclass(frozen=True, slots=True)
class Lease:
    """A row of the table. Times are seconds since 1970."""

    id: str
    work: Work
    process: ProcessName
    started: float
    renewed: float
    restarts: int = 0
    state: State = State.HELD
    run: str = ""
    error: str = ""
    successor: str = ""


def find(*conditions: Any) -> list[Lease]:
    """Return the leases of which all conditions are true, the one that was renewed last first."""
    query = select(LEASES).where(*conditions).order_by(LEASES.c.renewed.desc())
    try:
        with engine(settings().database_url).connect() as connection:
            return [_lease(dict(row)) for row in connection.execute(query).mappings()]
    except SQLAlchemyError as error:
        raise _unavailable(error) from None


def change(statement: Insert | Update | Delete) -> int:
    """Execute a statement; return how many rows it changed."""
    try:
        with engine(settings().database_url).begin() as connection:
            return int(connection.execute(statement).rowcount)
    except SQLAlchemyError as error:
        raise _unavailable(error) from None


def row_of(lease: Lease) -> dict[str, Any]:
    found = asdict(lease)
    work, process = found.pop("work"), found.pop("process")
    return {**found, **work, **process, "parameters": json.dumps(dict(lease.work.parameters), default=str)}


def _lease(row: Mapping[str, Any]) -> Lease:
    work = Work(**{**{name: row[name] for name in Work.__slots__}, "parameters": json.loads(row["parameters"])})
    process = ProcessName(**{name: row[name] for name in ProcessName.__slots__})
    others = {name: row[name] for name in Lease.__slots__ if name not in ("work", "process", "state")}
    return Lease(work=work, process=process, state=State(row["state"]), **others)


def _unavailable(error: Exception) -> UnavailableError:
    found = f"The leases cannot be read or written ({database_error_text(error)})"
    return UnavailableError(found, act=CHECK_DATABASE)
