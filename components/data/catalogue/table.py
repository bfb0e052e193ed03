"""Data: parse styles.csv into repaired rows and refused rows, without dropping any."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from components.core.errors import DataError
from components.data.catalogue.schema import (
    COLUMNS,
    ID,
    MISSING_TEXTS,
    NAME,
    TEST_ROWS,
    YEAR,
    Refusal,
    Refused,
    Repair,
    Row,
)

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_BEGINS_A_ROW = re.compile(r'\s*"?\d+(\.0+)?"?\s*,')
_WHOLE_NUMBER = re.compile(r"(\d+)\.0+")
_OPEN_QUOTE = re.compile(r'(^|,)"')


def read_table(path: Path) -> Iterator[Row | Refused]:
    """Yield every row of a styles.csv in order, repaired or refused. Blank lines are skipped.

    Raises:
        DataError: a column is missing; the message names it and the columns found.
    """
    lines = path.read_bytes().removeprefix(BYTE_ORDER_MARK).splitlines()
    columns = _header(path, lines[0] if lines else b"")
    for line, text, repairs in _records(lines[1:]):
        yield parse_row(line, text, columns, repairs)


def parse_row(line: int, text: str, columns: Sequence[str], repairs: Sequence[Repair] = ()) -> Row | Refused:
    """Return the row of one line of styles.csv, or its refusal.

    >>> parse_row(7, '12,Men,Footwear,Shoes,Casual Shoes,Red,Fall,2012.0,NA,Tan, red', COLUMNS).values["year"]
    '2012'
    """
    fields = _fields(text, len(columns))
    if len(fields) < len(columns):
        found = f"line {line} has {len(fields)} fields, expected {len(columns)}"
        return Refused(fields[0].strip(), Refusal.TOO_FEW_FIELDS, found)
    joined = _rejoin(fields, columns)
    values, repaired = _repaired(dict(zip(columns, joined, strict=True)))
    every = (*repairs, *([Repair.SURPLUS_COMMAS] if len(fields) > len(columns) else []), *repaired)
    if not values[ID].isascii() or not values[ID].isdecimal():
        return Refused(values[ID], Refusal.BAD_ID, f"line {line} has the id {values['id']!r}, expected a whole number")
    row = Row(int(values[ID]), line, values, every)
    if any(mark in values[NAME].casefold() for mark in TEST_ROWS):
        return Refused(values[ID], Refusal.TEST_ROW, f"line {line} is called {values[NAME]!r}", row)
    return row


def _header(path: Path, line: bytes) -> list[str]:
    columns = [column.strip() for column in _fields(line.decode("utf-8", "replace"), len(COLUMNS))]
    missing = [column for column in COLUMNS if column not in columns]
    if missing:
        raise DataError(
            f"{path} has no column {', '.join(missing)}; found {', '.join(columns) or 'an empty file'}",
            expected=",".join(COLUMNS),
            act="use these names, separated by commas",
        )
    return columns


def _records(lines: Sequence[bytes]) -> Iterator[tuple[int, str, Sequence[Repair]]]:
    """Yield (line number, text, repairs) per row. A quoted field may continue on lines that do not begin with an id."""
    place = 0
    while place < len(lines):
        first, (text, repairs) = place, _decoded(lines[place])
        place += 1
        while _is_open(text) and place < len(lines) and not _BEGINS_A_ROW.match(_decoded(lines[place])[0]):
            text = f"{text} {_decoded(lines[place])[0]}"
            place += 1
        if text.strip():
            yield first + 2, text, repairs


def _decoded(line: bytes) -> tuple[str, Sequence[Repair]]:
    try:
        return line.decode("utf-8"), ()
    except UnicodeDecodeError:
        return line.decode("latin-1"), (Repair.NOT_UTF8,)


def _is_open(text: str) -> bool:
    return text.count('"') % 2 == 1 and _OPEN_QUOTE.search(text) is not None


def _fields(text: str, expected: int) -> list[str]:
    """Split a line at commas. Quotes count only if the line fits with them: the Kaggle file has unpaired quotes."""
    if '"' in text:
        try:
            quoted = next(csv.reader([text], strict=True))
        except csv.Error:
            quoted = []
        if len(quoted) == expected:
            return quoted
    return text.split(",")


def _rejoin(fields: Sequence[str], columns: Sequence[str]) -> Sequence[str]:
    surplus, name = len(fields) - len(columns), columns.index(NAME)
    return [*fields[:name], ",".join(fields[name : name + surplus + 1]), *fields[name + surplus + 1 :]]


def _repaired(values: Mapping[str, str]) -> tuple[dict[str, str], list[Repair]]:
    repaired = {column: " ".join(value.split()) for column, value in values.items()}
    repairs = _spaces(values, repaired) if repaired != values else []
    if any(value and value in MISSING_TEXTS for value in repaired.values()):
        repairs.append(Repair.TEXT_NA)
        repaired = {column: "" if value in MISSING_TEXTS else value for column, value in repaired.items()}
    for column in (ID, YEAR):
        if whole := _WHOLE_NUMBER.fullmatch(repaired[column]):
            repaired[column] = whole[1]
            repairs.append(Repair.DECIMAL_NUMBER)
    if repaired[YEAR] and not repaired[YEAR].isdecimal():
        repaired[YEAR] = ""
        repairs.append(Repair.UNREADABLE_YEAR)
    return repaired, list(dict.fromkeys(repairs))


def _spaces(values: Mapping[str, str], repaired: Mapping[str, str]) -> list[Repair]:
    outside = any(value != value.strip() for value in values.values())
    inside = any(value.strip() != repaired[column] for column, value in values.items())
    return [*([Repair.STRAY_SPACES] if outside else []), *([Repair.DOUBLED_SPACES] if inside else [])]
