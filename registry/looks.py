"""Registry: the looks of the monitor, in Atelier's own database. They are only added."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from components.core.errors import RegistryError, UnavailableError
from registry.database import CHECK_DATABASE, database_error_text, engine
from registry.ledger.store import history, last_move
from registry.settings import settings
from registry.tables import LOOKS


@dataclass(frozen=True, slots=True)
class Look:
    """One look at a version in production. `time` is in seconds since 1970, `look` counts since the promotion.

    `snapshot` is the one that the version was trained on, `current` that of the catalogue now, and `n` counts the rows
    that only the latter has. `run` is the MLflow run, `distances` has the columns that were compared, `drifting` names
    the columns and scores that alone would give DRIFT.
    """

    model: str
    time: float
    version: int
    snapshot: str
    current: str
    look: int
    state: str
    rule: str
    sentence: str
    n: int
    run: str
    distances: Mapping[str, float] = field(default_factory=dict)
    drifting: tuple[str, ...] = ()


def add_look(look: Look, promotion: int = 0) -> None:
    """Add a look. To add the same one again changes nothing, so that a task may be retried.

    Raises:
        RegistryError: another process added a look of this number meanwhile, or the database does not answer.
    """
    texts = {"distances": json.dumps(dict(look.distances)), "drifting": json.dumps(look.drifting)}
    row = {**asdict(look), "promotion": promotion, **texts}
    try:
        with _connected(look.model, "written") as connection:
            connection.execute(insert(LOOKS).values(row))
    except IntegrityError:
        if look not in looks(look.model):
            found = f"Another monitor of {look.model} made look {look.look} meanwhile"
            raise RegistryError(found, act="run the same command again") from None


def looks(model: str) -> list[Look]:
    """Return all looks at a model, oldest first."""
    return _read(model, select(LOOKS).where(LOOKS.c.model == model).order_by(LOOKS.c.entry))


def last_look(model: str) -> Look | None:
    """Return the newest look at a model, or None."""
    newest = select(LOOKS).where(LOOKS.c.model == model).order_by(LOOKS.c.entry.desc()).limit(1)
    return next(iter(_read(model, newest)), None)


def next_look(model: str, version: int, promotion: int) -> int:
    """Return the number of the next look since a promotion, 1 for the first."""
    same = (LOOKS.c.model == model, LOOKS.c.version == version, LOOKS.c.promotion == promotion)
    with _connected(model, "read") as connection:
        return int(connection.execute(select(func.max(LOOKS.c.look)).where(*same)).scalar() or 0) + 1


def promotion_of(model: str, version: int) -> int:
    """Return the ledger's entry that put a version in production; 0 if the ledger's last move is another one."""
    try:
        last = last_move(history(model))
    except UnavailableError:
        raise
    except RegistryError:  # altered: `verify` reports it, and the monitor looks all the same
        return 0
    return last.entry if last and last.move.to_version == version else 0


def _read(model: str, query: "Select[tuple[object, ...]]") -> list[Look]:
    with _connected(model, "read") as connection:
        rows = [dict(row) for row in connection.execute(query).mappings()]
    return [_look(row) for row in rows]


def _look(row: Mapping[str, Any]) -> Look:
    parsed = {"distances": json.loads(row["distances"]), "drifting": tuple(json.loads(row["drifting"]))}
    return Look(**{name: row[name] for name in Look.__slots__ if name not in parsed}, **parsed)


@contextmanager
def _connected(model: str, what: str) -> Iterator[Connection]:
    try:
        with engine(settings().database_url).begin() as connection:
            yield connection
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        raise UnavailableError(
            f"The looks at {model} cannot be {what} ({database_error_text(error)})", act=CHECK_DATABASE
        ) from None
