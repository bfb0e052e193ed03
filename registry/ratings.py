"""Registry: people's ratings of a model's outputs. Answers are only added; the newest one counts."""

import time
from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import insert, select
from sqlalchemy.exc import SQLAlchemyError

from components.core.errors import UnavailableError
from components.core.masking import mask
from components.core.records import Rating
from registry.database import CHECK_DATABASE, engine
from registry.settings import settings
from registry.tables import RATINGS


def append_ratings(answers: Sequence[Rating]) -> None:
    """Append answers: all of them or, after an error, none.

    Raises:
        UnavailableError: the database does not answer.
    """
    now = time.time()
    rows = [{"time": now, **asdict(answer)} for answer in answers]
    if not rows:
        return
    try:
        with engine(settings().database_url).begin() as connection:
            connection.execute(insert(RATINGS), rows)
    except SQLAlchemyError as error:
        raise UnavailableError(
            f"The ratings of {answers[0].model} cannot be written ({_short(error)})", act=CHECK_DATABASE
        ) from None


def ratings(model: str) -> list[Rating]:
    """Return each rater's newest answer to each question about each item, on every snapshot."""
    columns = [RATINGS.c[name].label(name) for name in Rating.__slots__]
    try:
        with engine(settings().database_url).connect() as connection:
            rows = connection.execute(select(*columns).where(RATINGS.c.model == model).order_by(RATINGS.c.entry))
            answers = [Rating(**row) for row in rows.mappings()]
    except SQLAlchemyError as error:
        raise UnavailableError(f"The ratings of {model} cannot be read ({_short(error)})", act=CHECK_DATABASE) from None
    newest = {(a.snapshot, a.digest, a.item, a.rater, a.question): a for a in answers}
    return list(newest.values())


def _short(error: Exception) -> str:
    return mask(" ".join(str(error).split()))[:200]
