"""Demand: copies the table of a database into a Parquet file, so that a snapshot is made of a file in any case."""

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from sqlalchemy import MetaData, Table, create_engine, inspect, select
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, NoSuchTableError, SQLAlchemyError

from components.core.errors import ConfigError, DataError, UnavailableDataError
from components.core.files import copy_file, digest_of, file_digest
from components.recipes.demand.data_settings import DataSettings

_ADDRESS = re.compile(r"[a-z][a-z0-9+]*://", re.IGNORECASE)
MOST_NAMES = 12  # of tables and columns in an error


def is_address(catalogue: str) -> bool:
    """Return whether a catalogue is a database's address.

    >>> is_address("sqlite:////data/shop.db"), is_address("/data/sales.csv")
    (True, False)
    """
    return bool(_ADDRESS.match(catalogue))


def copy_table(data: DataSettings, cache: Path) -> Path:
    """Return a Parquet file with the columns that the YAML names, named by its content.

    Raises:
        ConfigError: the address or the name of the table cannot be right.
        DataError: there is no such table, or a column is missing.
        UnavailableDataError: the database does not answer.
    """
    address = _checked_address(data)
    try:
        engine = create_engine(address)
    except (NoSuchModuleError, ImportError) as error:
        found = f"The database {address.drivername} has no driver on this machine ({error})"
        raise DataError(found, act="install the driver, such as psycopg2-binary, or export the table") from None
    try:
        rows = _rows(engine, data)
    except SQLAlchemyError as error:
        found = f"The database {_shown(address)} does not answer ({_first_line(error)})"
        raise UnavailableDataError(found, act="start it, or correct data.catalogue") from None
    finally:
        engine.dispose()
    return _kept(rows, cache)


def refuse_address(catalogue: Path) -> None:
    """Raise ConfigError if somebody gave an address where a path belongs: slashes of it are lost by then."""
    part = next((part for part in catalogue.parts if re.fullmatch(r"[a-z][a-z0-9+]+:", part, re.IGNORECASE)), "")
    if part:
        raise ConfigError(
            f"--catalogue is the address of a database ({part}...)",
            expected="a file or a folder",
            act="give the address as `--set data.catalogue=ADDRESS`, with `--set data.table=NAME`",
        )


def address_problem(data: DataSettings) -> str:
    """Return why the address cannot be right, without asking the database; empty if it can."""
    try:
        _checked_address(data)
    except (ConfigError, DataError) as error:
        return str(error)
    return ""


def _checked_address(data: DataSettings) -> URL:
    try:
        address = make_url(data.catalogue)
    except ArgumentError:
        found = f"data.catalogue is {data.catalogue!r}"
        raise ConfigError(found, expected="an address such as sqlite:////path/shop.db", act="correct it") from None
    if not data.table:
        raise ConfigError(
            f"data.catalogue is the database {_shown(address)}, and data.table names no table",
            expected="the table or view with the sales",
            act="name it as data.table",
        )
    file = address.database or ""
    if address.get_backend_name() == "sqlite" and not Path(file).is_file():  # SQLite would make an empty one
        raise DataError(f"There is no database {file or '(without a name)'}", act="correct data.catalogue")
    return address


def _rows(engine: Engine, data: DataSettings) -> pd.DataFrame:
    schema, _, name = (data.table or "").rpartition(".")
    try:
        table = Table(name, MetaData(), schema=schema or None, autoload_with=engine)
    except NoSuchTableError:
        inspector = inspect(engine)
        known = [*inspector.get_table_names(schema or None), *inspector.get_view_names(schema or None)]
        raise DataError(f"The database has no table {data.table}; it has {_listed(known)}", act="name one") from None
    columns = [table.columns[name] for name in _wanted(data, list(table.columns.keys()))]
    with engine.connect() as connection:
        return pd.read_sql(select(*columns), connection)


def _wanted(data: DataSettings, found: Sequence[str]) -> list[str]:
    """Return the columns to read: those that the YAML names, or all of a wide table."""
    columns = data.columns
    if data.layout != "long":
        return list(found)
    required = (columns.id, columns.date, columns.quantity)
    missing = [name for name in required if name not in found]
    if missing:
        raise DataError(
            f"Table {data.table} has no column {', '.join(missing)}; it has {_listed(found)}",
            expected=", ".join(required),
            act="name its columns in data.columns",
        )
    others = (columns.price, columns.promotion, columns.category)
    return [*required, *(name for name in others if name and name in found)]


def _kept(rows: pd.DataFrame, cache: Path) -> Path:
    """Write the rows into the cache, in an order that does not depend on the database's."""
    ordered = rows.astype(object).where(rows.notna(), "").map(str)
    ordered = ordered.sort_values(list(ordered.columns), kind="stable", ignore_index=True)
    with TemporaryDirectory() as folder:
        made = Path(folder) / "table.parquet"
        ordered.to_parquet(made, index=False)
        path = cache / f"demand-table-{digest_of([file_digest(made)])}.parquet"
        if not path.is_file():
            cache.mkdir(parents=True, exist_ok=True)
            copy_file(made, path)
    return path


def _shown(address: URL) -> str:
    return address.render_as_string(hide_password=True)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return (", ".join(names[:MOST_NAMES]) + more) or "none"
