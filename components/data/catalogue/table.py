"""Data: read styles.csv into repaired rows and refused rows, without dropping any."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.data.catalogue.dialect import QUOTES, SEPARATORS, Dialect, check_format, find_dialect
from components.data.catalogue.encoding import Decoded, decode
from components.data.catalogue.numbers import Marks, decimal_marks, plain_number, rejoin
from components.data.catalogue.records import Record, read_records
from components.data.catalogue.schema import COLUMNS, ID, NAME, TEST_ROWS, YEAR, Refusal, Refused, Repair, Row
from components.data.catalogue.values import is_missing, spelling_key, tidy, visible

_WHOLE_NUMBER = re.compile(r"(\d+)\.0+")


@dataclass(frozen=True, slots=True)
class Table:
    """Every row of a styles.csv in order, repaired or refused; how the file was read; and counts of what is no row."""

    rows: Sequence[Row | Refused]
    read_as: Mapping[str, str]
    notes: Mapping[str, int]


def read_table(path: Path) -> Table:
    """Read a styles.csv in whatever encoding, separator and quotes it was written.

    Raises:
        DataError: the file is no text, or a column is missing; the message names it and the columns found.
    """
    return parse_table(path.read_bytes(), path)


def parse_table(data: bytes, path: Path) -> Table:
    """Return the table in these bytes; `path` is named in errors."""
    check_format(path, data)
    decoded = decode(data)
    dialect = find_dialect(path, decoded.lines)
    found = list(read_records(decoded, dialect))
    records = [record for record in found if record]
    whole = [record.fields for record in records if len(record.fields) == dialect.width]
    marks = decimal_marks(whole, dialect.columns)
    rows = [parse_row(record, dialect.columns, marks, dialect.separator) for record in records]
    notes = {"byte-order-mark": int(decoded.marked), "blank-rows": len(found) - len(records)}
    return Table(rows, _read_as(decoded, dialect), notes)


def parse_row(record: Record, columns: Sequence[str], marks: Marks, separator: str = ",") -> Row | Refused:
    """Return the row of a record, or its refusal.

    >>> fields = "12,Men,Footwear,Shoes,Casual Shoes,Red,Fall,2012.0,NA,Tan, red".split(",")
    >>> parse_row(Record(7, fields), COLUMNS, marks={}).values["year"]
    '2012'
    """
    line, fields = record.line, record.fields
    if len(fields) < len(columns):
        found = f"line {line} has {len(fields)} fields, expected {len(columns)}"
        return Refused(fields[0].strip(), Refusal.TOO_FEW_FIELDS, found)
    before = [Repair.NOT_UTF8] if record.other_encoding else []
    if len(fields) > len(columns):
        before.append(Repair.SURPLUS_COMMAS)
        fields = rejoin(fields, columns, marks, separator)
    values, contradicted = _merged(fields, columns)
    if ID in contradicted:
        return Refused(values[ID].strip(), Refusal.BAD_ID, f"line {line} has two ids, {values[ID]!r} and another one")
    merged = [Repair.CONTRADICTION] if contradicted else []
    values, repaired = _repaired(values, marks)
    if not values[ID].isascii() or not values[ID].isdecimal():
        return Refused(values[ID], Refusal.BAD_ID, f"line {line} has the id {values[ID]!r}, expected a whole number")
    row = Row(int(values[ID]), line, values, tuple(dict.fromkeys((*before, *merged, *repaired))))
    if any(mark in values[NAME].casefold() for mark in TEST_ROWS):
        return Refused(values[ID], Refusal.TEST_ROW, f"line {line} is called {values[NAME]!r}", row)
    return row


def _merged(fields: Sequence[str], columns: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return a value for each name of a column, and the columns that are there twice and contradict each other.

    The first one that says something counts.
    """
    values: dict[str, str] = {}
    contradicted: list[str] = []
    for column, field in zip(columns, fields, strict=True):
        known = values.setdefault(column, field)
        if known is field or is_missing(tidy(field)):
            continue
        if is_missing(tidy(known)):
            values[column] = field
        elif spelling_key(field) != spelling_key(known):
            contradicted.append(column)
    return values, contradicted


def _repaired(values: Mapping[str, str], marks: Marks) -> tuple[dict[str, str], list[Repair]]:
    repaired = {column: tidy(value) for column, value in values.items()}
    repairs = list(_text_repairs(values, repaired)) if repaired != values else []
    missing = [column for column, value in repaired.items() if value and column != ID and is_missing(value)]
    if missing:
        repairs.append(Repair.TEXT_NA)
        repaired |= dict.fromkeys(missing, "")
    for column, mark in marks.items():
        plain = plain_number(repaired[column], mark)
        if plain != repaired[column]:
            repaired[column] = plain
            repairs.append(Repair.GROUPED_NUMBER)
    for column in (ID, YEAR):
        if whole := _WHOLE_NUMBER.fullmatch(repaired[column]):
            repaired[column] = whole[1]
            repairs.append(Repair.DECIMAL_NUMBER)
    if repaired[YEAR] and not repaired[YEAR].isdecimal():
        repaired[YEAR] = ""
        repairs.append(Repair.UNREADABLE_YEAR)
    return repaired, repairs


def _text_repairs(values: Mapping[str, str], repaired: Mapping[str, str]) -> Iterator[Repair]:
    for column, value in values.items():
        if value == repaired[column]:
            continue
        shown = visible(value)
        if shown != value:
            yield Repair.INVISIBLE
        if shown != shown.strip():
            yield Repair.STRAY_SPACES
        spaced = " ".join(shown.split())
        if spaced != shown.strip():
            yield Repair.DOUBLED_SPACES
        if spaced != repaired[column]:
            yield Repair.UNICODE_FORM


def _read_as(decoded: Decoded, dialect: Dialect) -> dict[str, str]:
    """Return what was detected, for the account."""
    marks = (dialect.quote, f"{dialect.separator}{dialect.quote}")
    quoted = any(line.startswith(marks[0]) or marks[1] in line for line in decoded.lines)
    renamed = [
        f"{found} is {name}" for found, name in zip(dialect.found, dialect.columns, strict=True) if found != name
    ]
    twice = [column for column in COLUMNS if dialect.columns.count(column) > 1]
    facts = {
        "encoding": decoded.name,
        "separator": SEPARATORS.get(dialect.separator, repr(dialect.separator)),
        "quotes": QUOTES[dialect.quote] if quoted else "none",
        "line-ends": decoded.ends,
        "renamed-columns": ", ".join(renamed),
        "columns-twice": ", ".join(twice),
        "header-line": str(dialect.header + 1) if dialect.header else "",
    }
    return {fact: value for fact, value in facts.items() if value}
