"""Registry: the requests that the service was sent, for `monitor` and for people; kept for a limited time."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select

from registry.database import connected
from registry.settings import settings
from registry.tables import REQUESTS

ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request. `time` is in seconds since 1970; `asked` is a JSON object, empty unless `log.prompts` is set."""

    time: float
    model: str
    version: int
    alias: str
    caller: str
    outcome: str
    outputs: int
    seconds: float
    cached: int = 0
    asked: str = ""


def write_requests(rows: Sequence[LoggedRequest]) -> None:
    """Add requests, all of them or none.

    Raises:
        UnavailableError: the database does not answer.
    """
    if rows:
        with _connected("written") as connection:
            connection.execute(insert(REQUESTS), [{**asdict(row), "asked": _storable(row.asked)} for row in rows])


def requests(model: str, since: float = 0.0, limit: int = 10_000) -> list[LoggedRequest]:
    """Return a model's requests from a moment on, the oldest first, the newest `limit` of them."""
    columns = [REQUESTS.c[name] for name in LoggedRequest.__slots__]
    found = select(*columns).where(REQUESTS.c.model == model, REQUESTS.c.time >= since)
    with _connected("read") as connection:
        rows = connection.execute(found.order_by(REQUESTS.c.entry.desc()).limit(limit)).mappings().all()
    return [LoggedRequest(**row) for row in reversed(rows)]


def forget_requests(before: float) -> int:
    """Delete the requests before a moment, and return how many there were."""
    with _connected("deleted") as connection:
        return int(connection.execute(delete(REQUESTS).where(REQUESTS.c.time < before)).rowcount)


def _storable(text: str) -> str:
    """Return the text without what a database cannot keep."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")


def _connected(done: str) -> AbstractContextManager[Connection]:
    return connected(settings().database_url, "The requests of the service", done)
