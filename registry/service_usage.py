"""Registry: what each key of the service used in each month, and what is left of its quota."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update

from components.core.errors import UnavailableError
from registry.database import connected
from registry.settings import settings
from registry.tables import SERVICE_USAGE

ALL = ""  # in place of a model: the row that counts all, with what is being made now


@dataclass(frozen=True, slots=True)
class Usage:
    """What a key used of a model in a month such as 2026-11."""

    name: str
    month: str
    model: str
    requests: int
    outputs: int
    seconds: float


def month_of(now: float) -> str:
    """Return the month of a moment, in UTC.

    >>> month_of(0)
    '1970-01'
    """
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m")


def reserve(name: str, month: str, outputs: int, quota: int) -> bool:
    """Take outputs from a key's quota of the month, or tell that they are not left. Several processes may do so."""
    _make_row(name, month, ALL)
    row, used = _row(name, month, ALL), SERVICE_USAGE.c.outputs
    left = (used + outputs <= quota,) if quota else ()
    with _connected("written") as connection:
        change = update(SERVICE_USAGE).where(*row, *left).values(outputs=used + outputs)
        return bool(connection.execute(change).rowcount)


def give_back(name: str, month: str, outputs: int) -> None:
    """Give back what was reserved and not made."""
    with _connected("written") as connection:
        change = update(SERVICE_USAGE).where(*_row(name, month, ALL))
        connection.execute(change.values(outputs=SERVICE_USAGE.c.outputs - outputs))


def count_usage(used: Usage) -> None:
    """Count a request that was answered, for its model and for all."""
    _make_row(used.name, used.month, used.model)
    columns = SERVICE_USAGE.c
    with _connected("written") as connection:
        for model, outputs in ((used.model, used.outputs), (ALL, 0)):  # the outputs of all were reserved
            change = update(SERVICE_USAGE).where(*_row(used.name, used.month, model))
            values = {"requests": columns.requests + used.requests, "seconds": columns.seconds + used.seconds}
            connection.execute(change.values(outputs=columns.outputs + outputs, **values))


def take_back(used: Usage) -> None:
    """Do not count a request any more: it was given up before anything was made."""
    count_usage(replace(used, requests=-used.requests, outputs=-used.outputs, seconds=-used.seconds))
    give_back(used.name, used.month, used.outputs)


def usage(month: str = "") -> list[Usage]:
    """Return what was used of each model, by month, key and model; of one month, or of all."""
    columns = [SERVICE_USAGE.c[name] for name in Usage.__slots__]
    found = select(*columns).where(SERVICE_USAGE.c.model != ALL)
    found = found.where(SERVICE_USAGE.c.month == month) if month else found
    with _connected("read") as connection:
        rows = connection.execute(found.order_by(SERVICE_USAGE.c.month, SERVICE_USAGE.c.name, SERVICE_USAGE.c.model))
        return [Usage(**row) for row in rows.mappings()]


def cost(used: Usage, prices: Mapping[str, float]) -> float:
    """Return the price of what was used; a model without a price costs nothing."""
    return used.outputs * prices.get(used.model, 0.0)


def _make_row(name: str, month: str, model: str) -> None:
    values = {"name": name, "month": month, "model": model, "requests": 0, "outputs": 0, "seconds": 0.0}
    try:
        _insert_unless_there(values)
    except UnavailableError:  # another process may have just made it
        _insert_unless_there(values)


def _insert_unless_there(values: Mapping[str, Any]) -> None:
    with _connected("written") as connection:
        row = _row(values["name"], values["month"], values["model"])
        if not connection.execute(select(SERVICE_USAGE.c.name).where(*row)).first():
            connection.execute(insert(SERVICE_USAGE).values(values))


def _row(name: str, month: str, model: str) -> tuple[ColumnElement[bool], ...]:
    columns = SERVICE_USAGE.c
    return columns.name == name, columns.month == month, columns.model == model


def _connected(done: str) -> AbstractContextManager[Connection]:
    return connected(settings().database_url, "The usage of the service", done)
