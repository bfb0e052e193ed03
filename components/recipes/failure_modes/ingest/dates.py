"""Failure modes: the dates of a table's column, as ISO dates."""

import re
from collections.abc import Sequence
from datetime import date

_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_OTHER = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ].*)?")


def iso_dates(values: Sequence[str]) -> list[str | None]:
    """Return ISO dates, None where a value is no date. Of 3/4/2020 the day is first, unless others prove not.

    >>> iso_dates(["2005-03-20", "20.3.2005", "soon"])
    ['2005-03-20', '2005-03-20', None]
    >>> iso_dates(["3/4/2005", "3/20/2005"])
    ['2005-03-04', '2005-03-20']
    """
    found = [_OTHER.fullmatch(value.strip()) for value in values]
    month_first = any(int(f[2]) > 12 for f in found if f) and not any(int(f[1]) > 12 for f in found if f)
    return [_date(value.strip(), month_first) for value in values]


def _date(value: str, month_first: bool) -> str | None:
    if iso := _ISO.fullmatch(value):
        return _checked(iso[1], iso[2], iso[3])
    if other := _OTHER.fullmatch(value):
        day, month = (other[2], other[1]) if month_first else (other[1], other[2])
        return _checked(other[3], month, day)
    return None


def _checked(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
