"""Registry: Atelier's own database, for the ledger and the ratings: SQLite by default, PostgreSQL by choice."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, Executable, Table, create_engine, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError
from sqlalchemy.schema import CreateColumn, CreateTable

from components.core.errors import RegistryError, UnavailableError
from components.core.masking import mask
from registry.tables import TABLES

SQLITE_TIMEOUT = 60  # seconds that a writer waits for another
CONNECT_ARGUMENTS: dict[str, dict[str, int]] = {
    "sqlite": {"timeout": SQLITE_TIMEOUT},
    "postgresql": {"connect_timeout": 5},  # seconds; without it a host that is down is waited for two minutes
}
CHECK_DATABASE = "check the database of ATELIER_DATABASE_URL and its disk, then run the same command again"


@cache
def engine(database_url: str) -> Engine:
    """Return SQLAlchemy's engine of a database, and create its missing tables.

    Raises:
        UnavailableError: no database answers there.
        RegistryError: the address is not valid.
    """
    try:
        url = _dialect(make_url(database_url))
        opened = create_engine(url, pool_pre_ping=True, connect_args=CONNECT_ARGUMENTS.get(url.get_backend_name(), {}))
        _make_tables(opened)
    except (ArgumentError, ImportError, SQLAlchemyError, OSError) as error:
        wrong = RegistryError if isinstance(error, ArgumentError | ImportError) else UnavailableError
        raise wrong(
            f"ATELIER_DATABASE_URL cannot be opened ({database_error_text(error)})",
            expected="sqlite:///... or postgresql+psycopg2://...",
            act="correct it, or unset it for the default",
        ) from None
    return opened


@contextmanager
def connected(database_url: str, what: str, done: str) -> Iterator[Connection]:
    """Yield a connection whose changes are kept together, or not at all.

    Args:
        database_url: of our own database.
        what: the rows, in the plural, and
        done: what is done with them, for the error.

    Raises:
        UnavailableError: the database does not answer, or refuses.
    """
    try:
        with engine(database_url).begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        found = f"{what} cannot be {done} ({database_error_text(error)})"
        raise UnavailableError(found, act=CHECK_DATABASE) from None


def database_error_text(error: Exception) -> str:
    """Return the database's own message, without the failed statement and passwords, 200 characters at most."""
    return mask(" ".join(str(getattr(error, "orig", None) or error).split()))[:200]


def _dialect(url: URL) -> URL:
    """Add the driver to a PostgreSQL address that names none."""
    return url.set(drivername="postgresql+psycopg2") if url.drivername in {"postgresql", "postgres"} else url


def _make_tables(opened: Engine) -> None:
    if opened.dialect.name == "sqlite" and opened.url.database:
        Path(opened.url.database).parent.mkdir(parents=True, exist_ok=True)
    for table in TABLES.sorted_tables:
        _make_table(opened, table)
        _add_columns(opened, table)


def _make_table(opened: Engine, table: Table) -> None:
    create = CreateTable(table, if_not_exists=True)
    try:
        _run(opened, create)
    except (IntegrityError, ProgrammingError):  # PostgreSQL, if two create it at once: it exists now
        _run(opened, create)


def _add_columns(opened: Engine, table: Table) -> None:
    """Add the columns that an older table lacks. They have defaults, so no row changes."""
    for column in _missing_columns(opened, table):
        _add_column(opened, table, column)


def _add_column(opened: Engine, table: Table, column: "Column[Any]") -> None:
    add = text(f"ALTER TABLE {table.name} ADD COLUMN {CreateColumn(column).compile(dialect=opened.dialect)}")
    try:
        _run(opened, add)
    except (OperationalError, ProgrammingError):
        if column in _missing_columns(opened, table):  # otherwise another process has just added it
            raise


def _run(opened: Engine, statement: Executable) -> None:
    with opened.begin() as connection:
        connection.execute(statement)


def _missing_columns(opened: Engine, table: Table) -> list["Column[Any]"]:
    present = {column["name"] for column in inspect(opened).get_columns(table.name)}
    return [column for column in table.columns if column.name not in present]
