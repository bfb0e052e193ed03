"""Registry: the corrections that people made to examples. They are only added; the next ingest uses them."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection, insert, select

from components.core.corrections import Correction
from registry.database import connected
from registry.settings import settings
from registry.tables import CORRECTIONS


def add_corrections(model: str, made: Sequence[Correction]) -> int:
    """Add corrections, all of them or none, and return how many are new.

    One that is the person's latest of this example already is not added again; one that they took back since is. Their
    first field names the example.

    Raises:
        UnavailableError: the database does not answer.
    """
    examples = list(dict.fromkeys(next(iter(correction.fields)) for correction in made))
    latest = {_about(kept, examples): _content(kept) for kept in corrections(model)}
    fresh = []
    for correction in made:
        about, content = _about(correction, examples), _content(correction)
        if latest.get(about) != content:
            latest[about] = content
            fresh.append({"by": correction.by, "fields": content})
    now = max((correction.time for correction in made), default=0.0)
    rows = [{"model": model, "time": now, **row} for row in fresh]
    if rows:
        with _connected(model, "written") as connection:
            connection.execute(insert(CORRECTIONS), rows)
    return len(rows)


def corrections(model: str) -> list[Correction]:
    """Return all corrections of a model, the oldest first."""
    with _connected(model, "read") as connection:
        found = select(CORRECTIONS).where(CORRECTIONS.c.model == model).order_by(CORRECTIONS.c.entry)
        rows = connection.execute(found).mappings().all()
    return [Correction(json.loads(row["fields"]), row["by"], row["time"]) for row in rows]


def _about(correction: Correction, examples: Sequence[str]) -> tuple[str, ...]:
    """Return who said something, and of which example."""
    return correction.by, *(correction.fields.get(name, "") for name in examples)


def _content(correction: Correction) -> str:
    return json.dumps(dict(correction.fields), sort_keys=True)


def _connected(model: str, done: str) -> AbstractContextManager[Connection]:
    return connected(settings().database_url, f"The corrections of {model}", done)
