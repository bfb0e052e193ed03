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
    """Add corrections, all of them or none, and return how many are new: one that is kept already is not added again.

    Raises:
        UnavailableError: the database does not answer.
    """
    known = {_key(correction) for correction in corrections(model)}
    fresh = [correction for correction in dict.fromkeys(map(_key, made)) if correction not in known]
    now = max((correction.time for correction in made), default=0.0)
    rows = [{"model": model, "time": now, "by": by, "fields": fields} for fields, by in fresh]
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


def _key(correction: Correction) -> tuple[str, str]:
    return json.dumps(dict(correction.fields), sort_keys=True), correction.by


def _connected(model: str, done: str) -> AbstractContextManager[Connection]:
    return connected(settings().database_url, f"The corrections of {model}", done)
