"""Registry: what each promotion brought, behind its ledger entry. The ledger's own rows are hashed and stay as is."""

import json
import math
import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from components.core.benefit import Benefit
from components.core.errors import UnavailableError
from registry.database import CHECK_DATABASE, database_error_text, engine
from registry.ledger.entries import Entry
from registry.settings import settings
from registry.tables import BENEFITS

Row = Mapping[str, Any]


def add_benefit(entry: Entry, against: str, snapshot: str, benefit: Benefit) -> None:
    """Keep the benefit of the promotion that a ledger entry records. One that is kept already stays as it is.

    Args:
        entry: the entry of the promotion.
        against: the version before, or `base`.
        snapshot: the one on whose validation split both were scored.
        benefit: of the new version.

    Raises:
        RegistryError: the database does not answer.
    """
    scores = [{name: _finite(value) for name, value in asdict(score).items()} for score in benefit.scores]
    row = {
        "model": entry.move.model,
        "entry": entry.entry,
        "hash": entry.hash,
        "time": time.time(),
        "version": entry.move.to_version,
        "against": against,
        "snapshot": snapshot,
        "clear": int(benefit.clear),
        "scores": json.dumps(scores),
    }
    try:
        with engine(settings().database_url).begin() as connection:
            connection.execute(insert(BENEFITS).values(row))
    except IntegrityError:
        return  # a retried task
    except SQLAlchemyError as error:
        raise _failed(entry.move.model, "written", error) from None


def benefits(model: str) -> dict[int, dict[str, Any]]:
    """Return the benefits of a model's promotions by ledger entry, as JSON values.

    Scores that were edited by hand and cannot be read are an empty list.
    """
    try:
        with engine(settings().database_url).connect() as connection:
            found = connection.execute(select(BENEFITS).where(BENEFITS.c.model == model).order_by(BENEFITS.c.entry))
            return {row["entry"]: _as_json(dict(row)) for row in found.mappings()}
    except SQLAlchemyError as error:
        raise _failed(model, "read", error) from None


def benefit_in(known: Mapping[int, dict[str, Any]], entry: Entry) -> dict[str, Any] | None:
    """Return the benefit of a ledger entry, None without one, or if it is of another entry of this number."""
    found = known.get(entry.entry)
    return found if found and found["hash"] == entry.hash else None


def _as_json(row: Row) -> dict[str, Any]:
    return {**row, "clear": bool(row["clear"]), "scores": _scores(row["scores"])}


def _scores(text: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, TypeError):
        return []
    return [score for score in found if isinstance(score, dict)] if isinstance(found, list) else []


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _failed(model: str, done: str, error: SQLAlchemyError) -> UnavailableError:
    found = f"The benefits of promotions of {model} cannot be {done} ({database_error_text(error)})"
    return UnavailableError(found, act=CHECK_DATABASE)
