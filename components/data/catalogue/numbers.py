"""Data: numbers with thousands separators or decimal commas, in quotes or not."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from components.data.catalogue.schema import COLUMNS, ID, NAME, YEAR
from components.data.catalogue.values import is_missing, tidy

_MONEY = re.compile(r"price|cost|amount|mrp", re.IGNORECASE)  # columns of numbers, even if none could be read yet
_MOSTLY = 0.9  # the share of numbers in a column of numbers
_GROUPS = r"\d{1,3}(?P<mark>[.,'\u2019 \u00a0\u202f])(?:\d{2,3}(?P=mark))*\d{3}"
_GROUPED = re.compile(rf"(?P<whole>{_GROUPS})(?:(?!(?P=mark))(?P<point>[.,])(?P<part>\d+))?")
_DECIMAL = re.compile(r"(?P<whole>\d+)(?P<point>[.,])(?P<part>\d+)")
_FIRST_GROUP, _NEXT_GROUP, _LAST_GROUP = (re.compile(p) for p in (r"\d{1,3}", r"\d{3}", r"\d{3}(\.\d+)?"))

_OTHER = {".": ",", ",": "."}

Marks = Mapping[str, str]  # column of numbers -> its decimal mark, `.` or `,`


def decimal_marks(rows: Sequence[Sequence[str]], columns: Sequence[str]) -> Marks:
    """Return the decimal mark of every column of numbers: id, year, and other columns than the required ones."""
    marks: dict[str, str] = {}
    for place, column in enumerate(columns):
        values = [tidy(row[place]) for row in rows] if column in (ID, YEAR) or column not in COLUMNS else []
        known = [value for value in values if not is_missing(value)]
        numbers = sum(_is_number(value) for value in known)
        if column in (ID, YEAR):
            marks.setdefault(column, decimal_mark(known, whole=True))
        elif column not in COLUMNS and (numbers > _MOSTLY * len(known) or (_MONEY.search(column) and not known)):
            marks.setdefault(column, decimal_mark(known))
    return marks


def decimal_mark(values: Iterable[str], whole: bool = False) -> str:
    """Return the decimal mark of a column of numbers, `.` or `,`, by those that leave no doubt.

    `1.299` alone may be either; it has a decimal point, unless the numbers are known to be whole.
    """
    votes = Counter(mark for mark in (_sure_mark(value, whole) for value in values) if mark)
    return "," if votes[","] > votes["."] else "."


def _sure_mark(value: str, whole: bool) -> str:
    """Return the decimal mark that a number must have been written with, or an empty text."""
    grouped, decimal = _GROUPED.fullmatch(value), _DECIMAL.fullmatch(value)
    if grouped is None:
        return decimal["point"] if decimal else ""
    mark = grouped["mark"]
    if grouped["point"] or mark not in _OTHER:
        return grouped["point"] or ""
    sure = grouped["whole"].count(mark) > 1 or (whole and not value.endswith(f"{mark}000"))
    return _OTHER[mark] if sure else ""


def plain_number(value: str, mark: str) -> str:
    """Return a number without thousands separators and with a decimal point; another text as it is.

    >>> plain_number("1.299,50", mark=","), plain_number("1,29,900", mark="."), plain_number("soon", mark=".")
    ('1299.50', '129900', 'soon')
    """
    grouped = _GROUPED.fullmatch(value)
    if grouped and grouped["mark"] != mark:
        digits = value[: grouped.end("whole")]
        whole = "".join(filter(str.isdecimal, digits))
        return f"{whole}.{grouped['part']}" if grouped["part"] else whole
    decimal = _DECIMAL.fullmatch(value)
    return f"{decimal['whole']}.{decimal['part']}" if decimal and decimal["point"] == mark else value


def rejoin(fields: Sequence[str], columns: Sequence[str], marks: Marks, separator: str, free: str = NAME) -> list[str]:
    """Return one field for each column of a row that has more: parts of numbers joined again, then those of `free`.

    >>> rejoin(["7", "1", "299", "Red", " White"], ["id", "price", "productDisplayName"], {"price": "."}, ",")
    ['7', '1,299', 'Red, White']
    """
    name, surplus = columns.index(free), len(fields) - len(columns)
    left, at = [], 0
    for column in columns[:name]:
        taken = _parts(fields[at:], surplus) if column in marks and separator == "," else 1
        left.append(separator.join(fields[at : at + taken]))
        at, surplus = at + taken, surplus + 1 - taken
    right, end = [], len(fields)
    for column in reversed(columns[name + 1 :]):
        taken = _parts_before(fields[:end], surplus) if column in marks and separator == "," else 1
        right.append(separator.join(fields[end - taken : end]))
        end, surplus = end - taken, surplus + 1 - taken
    return [*left, separator.join(fields[at:end]), *reversed(right)]


def _parts(fields: Sequence[str], most: int) -> int:
    """Return how many fields at the beginning are one number with thousands separators."""
    taken = 1
    while taken <= most and _FIRST_GROUP.fullmatch(fields[0]) and _LAST_GROUP.fullmatch(fields[taken]):
        taken += 1
        if not _NEXT_GROUP.fullmatch(fields[taken - 1]):
            break
    return taken


def _parts_before(fields: Sequence[str], most: int) -> int:
    """Return how many fields at the end are one number with thousands separators."""
    taken = 1
    while taken <= most and _LAST_GROUP.fullmatch(fields[-taken]) and _FIRST_GROUP.fullmatch(fields[-taken - 1]):
        taken += 1
        if not _NEXT_GROUP.fullmatch(fields[-taken]):
            break
    return taken


def _is_number(value: str) -> bool:
    return value.isdecimal() or bool(_GROUPED.fullmatch(value) or _DECIMAL.fullmatch(value))
