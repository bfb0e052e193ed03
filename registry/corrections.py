"""Registry: the corrections that people made to examples. They are only added; the next ingest uses them."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import SQLAlchemyError

from components.core.corrections import Correction
from components.core.errors import RegistryError
from registry.database import CHECK_DATABASE, database_error_text, engine
from registry.settings import settings
from registry.tables import CORRECTIONS


def add_corrections(model: str, made: Sequence[Correction]) -> int:
    """Add corrections, all of them or none, and return how many are new: one that is kept already is not added again.

    Raises:
        RegistryError: the database does not answer.
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


@contextmanager
def _connected(model: str, done: str) -> Iterator[Connection]:
    try:
        with engine(settings().database_url).begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        found = f"The corrections of {model} cannot be {done} ({database_error_text(error)})"
        raise RegistryError(found, act=CHECK_DATABASE) from None
