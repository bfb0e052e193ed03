"""Demand: reads a table as texts: long or wide, CSV or Parquet; a row for each product and date."""

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from components.core.errors import DataError
from components.data.catalogue.dialect import QUOTES, SEPARATORS, Dialect, check_format, find_dialect
from components.data.catalogue.encoding import Decoded, decode
from components.data.table_file import OTHER_COUNT, find_table, read_table
from components.recipes.demand.data_settings import DataSettings

PARQUET = ".parquet"
ROLES = ("id", "date", "quantity", "price", "promotion", "category")
LINE, REFUSED = "line", "refused"
EMPTY_CELLS = "empty-cells"


@dataclass(frozen=True, slots=True)
class Texts:
    """A table with a row for each product and date: the columns `line`, `refused` and ROLES, all texts but the line."""

    frame: pd.DataFrame
    has: Sequence[str]  # the roles that the table has
    read_as: dict[str, str] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)


def find_file(place: Path) -> Path:
    """Return the table: the file itself, or the only one in a folder.

    Raises:
        DataError: there is none, or several.
    """
    found = sorted(place.glob(f"*{PARQUET}")) if place.is_dir() else []
    return found[0] if len(found) == 1 else find_table(place)


def load(path: Path, data: DataSettings) -> Texts:
    """Read a table.

    Raises:
        DataError: it cannot be read, or has no such columns.
    """
    table, read_as = _parquet(path, data) if path.suffix == PARQUET else _csv(path, _required(data))
    return _ARRANGED[data.layout](table, read_as, data)


def _required(data: DataSettings) -> list[str]:
    columns = data.columns
    return {
        "long": [columns.id, columns.date, columns.quantity],
        "wide-rows": [columns.id],
        "wide-columns": [columns.date],
    }[data.layout]


def _csv(path: Path, required: Sequence[str]) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the table's texts with the columns `line` and `refused`."""
    content = path.read_bytes()
    check_format(path, content)
    decoded = decode(content)
    dialect = find_dialect(path, decoded.lines, required)
    read_as = {
        "encoding": decoded.name,
        "separator": SEPARATORS.get(dialect.separator, dialect.separator),
        "quotes": QUOTES[dialect.quote],
        "line ends": decoded.ends,
    }
    quick = _quickly(decoded, dialect)
    return (_carefully(path, required) if quick is None else quick), read_as


def _quickly(decoded: Decoded, dialect: Dialect) -> pd.DataFrame | None:
    """Return what pandas reads in a moment; None for a table with records over several lines, or too many fields."""
    lines = decoded.lines[dialect.header + 1 :]
    filled = [place for place, line in enumerate(lines) if line.strip(" \t\ufeff,;|")]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # it would cut fields that are too many
            table = pd.read_csv(
                io.StringIO("\n".join(lines[place] for place in filled) + "\n"),
                sep=dialect.separator,
                quotechar=dialect.quote,
                names=list(dialect.columns),
                header=None,
                index_col=False,
                dtype=object,
                keep_default_na=False,
                skip_blank_lines=False,
            )
    except (pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError, ValueError):
        return None
    if len(table) != len(filled):
        return None
    short = [lines[place].count(dialect.separator) + 1 < dialect.width for place in filled]  # pandas fills them up
    first = pd.DataFrame({LINE: [dialect.header + 2 + place for place in filled], REFUSED: ""})
    first.loc[short, REFUSED] = OTHER_COUNT
    return pd.concat([first, table], axis=1)


def _carefully(path: Path, required: Sequence[str]) -> pd.DataFrame:
    table = read_table(path, required)
    rows = [{**row.values, LINE: row.line, REFUSED: row.refused} for row in table.rows]
    return pd.DataFrame(rows, columns=[LINE, REFUSED, *table.columns]).fillna("")


def _parquet(path: Path, data: DataSettings) -> tuple[pd.DataFrame, dict[str, str]]:
    try:
        table = pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read as Parquet ({error})", act="export the table again") from None
    missing = [name for name in _required(data) if name not in table.columns]
    if missing:
        found = f"{path} has no column {', '.join(missing)}; it has {', '.join(map(str, table.columns[:12]))}"
        raise DataError(found, expected=", ".join(_required(data)), act="name its columns in data.columns")
    texts = pd.DataFrame({str(name): _as_texts(table[name]) for name in table.columns})
    texts.insert(0, LINE, range(1, len(texts) + 1))
    texts.insert(1, REFUSED, "")
    return texts, {"format": "Parquet"}


def _as_texts(column: "pd.Series[Any]") -> "pd.Series[str]":
    return column.astype(object).where(column.notna(), "").map(str)


def _long(table: pd.DataFrame, read_as: dict[str, str], data: DataSettings) -> Texts:
    named = {role: getattr(data.columns, role) for role in ROLES}
    given = [name for name in named.values() if name]
    if len(set(given)) < len(given):
        raise DataError(f"data.columns names {', '.join(given)}", expected="each column once", act="correct the YAML")
    has = [role for role, name in named.items() if name in table.columns]
    frame = table[[LINE, REFUSED]].copy()
    for role in ROLES:
        frame[role] = table[named[role]].to_numpy() if role in has else ""
    return Texts(frame, has, read_as)


def _wide_rows(table: pd.DataFrame, read_as: dict[str, str], data: DataSettings) -> Texts:
    """Return a row for each cell: the columns are periods."""
    kept = {data.columns.id, data.columns.category}
    periods = [name for name in table.columns if name not in {LINE, REFUSED, *kept}]
    fixed = [LINE, REFUSED, *(name for name in (data.columns.id, data.columns.category) if name in table.columns)]
    long = table.melt(id_vars=fixed, value_vars=periods, var_name="date", value_name="quantity")
    return _cells(long.rename(columns={data.columns.id: "id", data.columns.category or "": "category"}), read_as)


def _wide_columns(table: pd.DataFrame, read_as: dict[str, str], data: DataSettings) -> Texts:
    """Return a row for each cell: the columns are products."""
    products = [name for name in table.columns if name not in {LINE, REFUSED, data.columns.date}]
    fixed = [LINE, REFUSED, data.columns.date]
    long = table.melt(id_vars=fixed, value_vars=products, var_name="id", value_name="quantity")
    return _cells(long.rename(columns={data.columns.date: "date"}), read_as)


def _cells(long: pd.DataFrame, read_as: dict[str, str]) -> Texts:
    """Return the cells that say something: an empty cell of a wide table is no row."""
    empty = (long["quantity"].str.strip() == "").to_numpy() & (long[REFUSED] == "").to_numpy()
    has = [role for role in ROLES if role in long.columns]
    frame = long[~empty].reindex(columns=[LINE, REFUSED, *ROLES], fill_value="").reset_index(drop=True)
    return Texts(frame, has, read_as, {EMPTY_CELLS: int(empty.sum())} if empty.any() else {})


_ARRANGED = {"long": _long, "wide-rows": _wide_rows, "wide-columns": _wide_columns}
