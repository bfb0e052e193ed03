"""Registry: the small database of our own, for locks, ledger and ratings. SQLite by default, PostgreSQL by choice."""

from functools import cache
from pathlib import Path

from sqlalchemy import Column, Engine, Float, Integer, MetaData, String, Table, Text, UniqueConstraint, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, SQLAlchemyError
from sqlalchemy.schema import CreateTable

from components.core.errors import RegistryError

TABLES = MetaData()

LOCKS = Table(
    "locks",
    TABLES,
    Column("name", String(200), primary_key=True),
    Column("token", String(32), nullable=False),  # tells this holding of the lock from every other
    Column("holder", String(200), nullable=False),
    Column("expires", Float, nullable=False),  # seconds since 1970
)

MOVES = Table(
    "moves",
    TABLES,
    Column("model", String(200), primary_key=True),
    Column("entry", Integer, primary_key=True, autoincrement=False),  # 1, 2, 3 ... for each model: none can be lost
    Column("time", Float, nullable=False),  # seconds since 1970
    Column("from_version", Integer),
    Column("to_version", Integer),
    Column("verdict", String(20), nullable=False),
    Column("rule", String(200), nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    UniqueConstraint("model", "previous_hash"),
)

RATINGS = Table(
    "ratings",
    TABLES,
    Column("entry", Integer, primary_key=True),  # the database counts: of two answers the higher is the newer
    Column("time", Float, nullable=False),  # seconds since 1970
    Column("model", String(200), nullable=False),
    Column("snapshot", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("picture", String(64), nullable=False),
    Column("rater", String(200), nullable=False),
    Column("question", String(50), nullable=False),
    Column("score", Integer, nullable=False),
)


@cache
def engine(database_url: str) -> Engine:
    """Return the engine of a database, whose tables are there.

    Raises:
        RegistryError: the address cannot be understood, or nobody answers there.
    """
    try:
        opened = create_engine(_dialect(make_url(database_url)), pool_pre_ping=True)
        _make_tables(opened)
    except (ArgumentError, ImportError, SQLAlchemyError, OSError) as error:
        raise RegistryError(
            f"ATELIER_DATABASE_URL cannot be opened ({' '.join(str(error).split())[:200]}): "
            "expected sqlite:///... or postgresql+psycopg2://..., or unset it."
        ) from None
    return opened


def _dialect(url: URL) -> URL:
    """Name PostgreSQL's driver, which bare addresses leave open."""
    return url.set(drivername="postgresql+psycopg2") if url.drivername in {"postgresql", "postgres"} else url


def _make_tables(opened: Engine) -> None:
    if opened.dialect.name == "sqlite" and opened.url.database:
        Path(opened.url.database).parent.mkdir(parents=True, exist_ok=True)
    for table in TABLES.sorted_tables:
        _make_table(opened, table)


def _make_table(opened: Engine, table: Table) -> None:
    create = CreateTable(table, if_not_exists=True)
    try:
        with opened.begin() as connection:
            connection.execute(create)
    except IntegrityError:  # PostgreSQL, where two make it at once: now it is there
        with opened.begin() as connection:
            connection.execute(create)
