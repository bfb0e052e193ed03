"""Data: the rows of a table as fields, each row once, whatever its quotes and line breaks."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components.data.catalogue.dialect import Dialect
from components.data.catalogue.encoding import Decoded
from components.data.catalogue.fields import is_open, split_quoted
from components.data.catalogue.schema import ID

MOST_LINES = 200  # of one row: an unpaired quote does not search the rest of a table
_OTHER_END = re.compile(r"[\r\n]")  # than those by which lines were parted
_BEGINS_LIKE_AN_ID = re.compile(r"\d[\d.,' \u00a0\u202f]*")


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of a row, not yet repaired. `line` counts from 1, with the header."""

    line: int
    fields: Sequence[str]
    other_encoding: bool = False


def read_records(decoded: Decoded, dialect: Dialect) -> Iterator[Record | None]:
    """Yield every row after the header; None for a row whose fields are all blank. Blank lines are skipped.

    Quotes count only if the row fits with them: the Kaggle file has unpaired ones. A quoted field may continue on the
    next lines, up to a line that is a whole row by itself.
    """
    place = dialect.header + 1
    while place < len(decoded.lines):
        taken, rows = _rows(decoded.lines, place, dialect)
        other = any(at in decoded.other for at in range(place, place + taken))
        filled = [fields for fields in rows if any(field.strip() for field in fields)]
        yield from (Record(place + 1, _unpadded(fields, dialect), other) for fields in filled)
        yield from (None for fields in rows if len(fields) > 1 and not any(field.strip() for field in fields))
        place += taken


def _rows(lines: Sequence[str], place: int, dialect: Dialect) -> tuple[int, list[list[str]]]:
    """Return how many lines the next row takes, and its fields; several rows where other line ends part them."""
    parts = _OTHER_END.split(lines[place])
    if any(_is_row(part, dialect) for part in parts[1:]):
        return 1, [_fields(part, dialect) for part in parts]
    line = " ".join(parts)
    if dialect.quote in line and _is_open(line, dialect):
        closed = ((taken, text) for taken, text in _continued(lines, place, dialect) if not _is_open(text, dialect))
        taken, text = next(closed, (1, line))
        short = len(line.split(dialect.separator)) < dialect.width
        if fields := split_quoted(text, dialect.separator, dialect.quote, 0 if short else dialect.width):
            return taken, [fields]
    return 1, [_fields(line, dialect)]


def _continued(lines: Sequence[str], place: int, dialect: Dialect) -> Iterator[tuple[int, str]]:
    """Yield (lines, text) of a row that goes on to each next line with a quote, until a line is a row by itself."""
    for end in range(place + 1, min(len(lines), place + MOST_LINES)):
        if _is_row(lines[end], dialect):
            return
        if dialect.quote in lines[end]:
            yield end + 1 - place, "\n".join(lines[place : end + 1]).replace("\r", " ")


def _is_open(text: str, dialect: Dialect) -> bool:
    return is_open(text, dialect.separator, dialect.quote)


def _is_row(line: str, dialect: Dialect) -> bool:
    fields = line.split(dialect.separator)
    if len(fields) < dialect.width or ID not in dialect.columns:
        return False
    return _BEGINS_LIKE_AN_ID.fullmatch(fields[dialect.columns.index(ID)].strip(f" {dialect.quote}")) is not None


def _fields(line: str, dialect: Dialect) -> list[str]:
    plain = line.split(dialect.separator)
    if dialect.quote in line:
        return split_quoted(line, dialect.separator, dialect.quote, dialect.width) or plain
    if len(plain) > dialect.width and "'" in line:
        single = split_quoted(line, dialect.separator, "'", dialect.width)
        return single if single and len(single) == dialect.width else plain
    return plain


def _unpadded(fields: list[str], dialect: Dialect) -> list[str]:
    """Return the fields without surplus blank ones at the end, with which programs fill up a table."""
    end = len(fields)
    while end > dialect.width and not fields[end - 1].strip():
        end -= 1
    return fields[:end]
