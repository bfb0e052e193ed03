"""Data: the separator, the quotes and the columns of a table, found by the names in its header."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from components.core.errors import DataError
from components.data.catalogue.fields import split_quoted
from components.data.catalogue.schema import COLUMNS
from components.data.catalogue.values import tidy

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
QUOTES = {'"': "double", "'": "single"}
_DECLARED = re.compile(r"""\s*"?sep=(.)"?\W*""", re.IGNORECASE)  # Excel's first line
_IN_NAMES = "\"'_-.()# \r\n\xa0\ufeff"
_HEADER_WITHIN = 20  # lines; titles may stand above the header
_LONGEST_HEADER = 1_000_000  # characters: a file that is no table may have no line ends; one product a column is long
_OTHER_SEPARATORS = 8  # marks that are tried besides the common ones: the most frequent of the line
_SHOWN = 12, 30  # names of columns in an error, and characters of each
# What files begin with that are often named .csv by mistake.
_OTHER_FORMATS = {
    b"PK\x03\x04": "a zip or Excel file",
    b"\xd0\xcf\x11\xe0": "an Excel file",
    b"\x1f\x8b": "a gzip file",
    b"PAR1": "a Parquet file",
    b"%PDF": "a PDF file",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a table is written. `columns` are the names after repair, one for each field of a row."""

    separator: str
    quote: str
    columns: Sequence[str]  # without unnamed ones at the end
    found: Sequence[str]  # the names as they are in the header
    header: int  # the place of the header's line

    @property
    def width(self) -> int:
        return len(self.columns)


def check_format(path: Path, data: bytes) -> None:
    """Raise DataError if the file is of a known format that is no text."""
    kind = next((kind for mark, kind in _OTHER_FORMATS.items() if data.startswith(mark)), "")
    if kind:
        raise DataError(f"{path} is {kind}", expected="a table as text", act="save it as CSV")


def find_dialect(path: Path, lines: Sequence[str], required: Sequence[str] = COLUMNS) -> Dialect:
    """Return the dialect in which the header has the most of the required columns.

    Names of columns are known in any letter case, with spaces, hyphens or underscores between their words. The first
    lines may be blank, a title, or Excel's `sep=;`.

    Raises:
        DataError: a column is missing; the message names it, and the columns found.
    """
    candidates = list(_candidates(lines, required))
    if not candidates:
        raise DataError(
            f"{path} is empty", expected=f"a header with {', '.join(required)}", act="export the table again"
        )
    best = max(candidates, key=lambda dialect: len(set(required) & set(dialect.columns)))  # the first one of equals
    missing = [column for column in required if column not in best.columns]
    if missing:
        raise DataError(
            f"{path} has no column {', '.join(missing)}; it has {_shown(best.found)}",
            expected=",".join(required),
            act="name the columns like this in its first line",
        )
    return replace(best, quote=_quote(lines, best))


def _candidates(lines: Sequence[str], required: Sequence[str]) -> Iterator[Dialect]:
    """Yield each way to read a header: the first lines with each separator, the common ones first."""
    filled = ((place, line) for place, line in enumerate(lines) if line.strip(" \t\ufeff,;"))
    declared = ""
    for place, line in islice(filled, _HEADER_WITHIN):
        if found := _DECLARED.fullmatch(line.strip("\ufeff")):
            declared = found[1]
            continue
        line = line[:_LONGEST_HEADER]
        marks = (mark for mark, count in Counter(line).most_common() if count >= len(required) - 1)
        others = islice((mark for mark in marks if not (mark.isalnum() or mark in _IN_NAMES)), _OTHER_SEPARATORS)
        for separator in dict.fromkeys([*declared, *SEPARATORS, *others]):
            yield _read_header(line, place, separator, required)


def _read_header(line: str, place: int, separator: str, required: Sequence[str]) -> Dialect:
    line = line.strip("\ufeff")
    quote = next((mark for mark in QUOTES if line.lstrip().startswith(mark)), '"')
    fields = split_quoted(line, separator, quote, width=0) if quote in line else None
    found = [tidy(name) for name in fields or line.split(separator)]
    named = max((at + 1 for at, name in enumerate(found) if name), default=0)
    known = {_key(column): column for column in required}
    columns = [known.get(_key(name), name) for name in found[:named]]
    return Dialect(separator, quote, columns, found[:named], place)


def _quote(lines: Sequence[str], dialect: Dialect) -> str:
    """Return the single quote if the header has it, or fields of the table have it and none has the double one."""
    if dialect.quote in lines[dialect.header]:
        return dialect.quote
    marked = [line for line in lines[dialect.header + 1 :] if "'" in line or '"' in line]
    wrapped = {f[0] for line in marked for f in line.split(dialect.separator) if len(f) > 1 and f[0] == f[-1]}
    return "'" if "'" in wrapped and '"' not in wrapped else '"'


def _key(name: str) -> str:
    """Return what is compared of a column's name.

    >>> _key("Base Color") == _key("BASE_COLOUR") == _key("baseColour")
    True
    """
    letters = "".join(letter for letter in unicodedata.normalize("NFKC", name).casefold() if letter.isalnum())
    return letters.replace("color", "colour")


def _shown(names: Sequence[str]) -> str:
    most, longest = _SHOWN
    short = [name if len(name) <= longest else f"{name[:longest]}..." for name in names if name.isprintable() and name]
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"the columns {', '.join(short[:most])}{more}" if short else "no columns with names"
