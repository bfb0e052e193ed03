"""Data: reads a table: its encoding, its separator, quoted newlines, rows that cannot be read."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.core.errors import DataError
from components.data.catalogue.dialect import QUOTES, SEPARATORS, Dialect, check_format, find_dialect
from components.data.catalogue.encoding import Decoded, decode

LONGEST_RECORD = 50  # lines: a quote that is not closed within them is no quote
TABLES = ("*.csv", "*.tsv", "*.txt")
OTHER_ENCODING, OPEN_QUOTE, OTHER_COUNT = "other-encoding", "quote-not-closed", "other-number-of-fields"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its first line in the file, its values by column, and why it cannot be read, or empty."""

    line: int
    values: Mapping[str, str]
    refused: str = ""
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    columns: Sequence[str]
    rows: Sequence[Row]
    read_as: Mapping[str, str] = field(default_factory=dict)  # what was detected


def find_table(place: Path) -> Path:
    """Return the table: the file itself, or the only one in a folder.

    Raises:
        DataError: there is none, or several.
    """
    if place.is_file():
        return place
    found = sorted({path for pattern in TABLES for path in place.glob(pattern)}) if place.is_dir() else []
    if len(found) != 1:
        there = f"has {len(found)} tables" if place.is_dir() else "does not exist"
        raise DataError(f"{place} {there}", expected="a CSV file, or a folder with one", act="name the file")
    return found[0]


def read_table(path: Path, required: Sequence[str]) -> Table:
    """Read a table that has the required columns; rows that cannot be read are in it, with the reason.

    Raises:
        DataError: it is no text, or has no such columns.
    """
    data = path.read_bytes()
    check_format(path, data)
    decoded = decode(data)
    dialect = find_dialect(path, decoded.lines, required)
    rows = list(_rows(decoded, dialect))
    read_as = {
        "encoding": f"{decoded.name}{' with some lines in Windows-1252' if decoded.other else ''}",
        "separator": SEPARATORS.get(dialect.separator, dialect.separator),
        "quotes": QUOTES[dialect.quote],
        "line ends": decoded.ends,
    }
    return Table(dialect.columns, rows, read_as)


def _rows(decoded: Decoded, dialect: Dialect) -> Iterator[Row]:
    at = dialect.header + 1
    while at < len(decoded.lines):
        if not decoded.lines[at].strip(" \t\ufeff,;|"):
            at += 1
            continue
        fields, count = _record(decoded.lines, at, dialect)
        odd = any(place in decoded.other for place in range(at, at + count))
        yield _row(at + 1, fields, dialect, (OTHER_ENCODING,) if odd else ())
        at += count


def _record(lines: Sequence[str], at: int, dialect: Dialect) -> tuple[list[str] | None, int]:
    """Return the fields of the record that begins at a line, and its number of lines. None: its quote stays open."""
    for count in range(1, min(LONGEST_RECORD, len(lines) - at) + 1):
        fields = _parsed([f"{line}\n" for line in lines[at : at + count]], dialect)
        if fields is not None:
            return fields, count
    return None, 1


def _parsed(lines: Sequence[str], dialect: Dialect) -> list[str] | None:
    """Return the fields of a record, None if a quote is still open at its end."""
    form: dict[str, Any] = {"delimiter": dialect.separator, "quotechar": dialect.quote}
    try:
        return next(csv.reader(lines, **form, strict=True))
    except csv.Error as error:
        return None if "unexpected end" in str(error) else next(csv.reader(lines, **form))


def _row(line: int, fields: list[str] | None, dialect: Dialect, repairs: tuple[str, ...]) -> Row:
    if fields is None:
        return Row(line, {}, OPEN_QUOTE)
    while len(fields) > dialect.width and not fields[-1].strip():
        fields = fields[:-1]
    values = dict(zip(dialect.columns, fields, strict=False))
    return Row(line, values, "" if len(fields) == dialect.width else OTHER_COUNT, repairs)
