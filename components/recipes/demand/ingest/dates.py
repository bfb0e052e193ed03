"""Demand: the days that a table's texts name, in whatever form they are written."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

UNKNOWN, AMBIGUOUS, NONE = "unknown-date", "ambiguous-date", "no-date"
YEARS = range(1900, 2101)
_TIME = r"(?:[T ]\s*\d{1,2}:\d{2}.*)?"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAME = r"(?P<name>[a-z]{3,9})\.?"
_DAY_FIRST, _MONTH_FIRST, _ISO = "day first", "month first", "ISO"


@dataclass(frozen=True, slots=True)
class Day:
    """What a text says: a day, or why it says none. `moved` tells that its own time zone has another day."""

    day: date | None
    form: str = ""
    refused: str = ""
    moved: bool = False


def read_days(texts: Iterable[str], order: str, zone: ZoneInfo) -> dict[str, Day]:
    """Return the day of each text. `order` is `auto`, `day-first` or `month-first`, for dates such as 3/4/2025.

    >>> days = read_days(["2025-03-04", "4.3.2025", "25/3/2025", "soon"], "auto", ZoneInfo("UTC"))
    >>> [str(day.day) for day in days.values()]
    ['2025-03-04', '2025-03-04', '2025-03-25', 'None']
    """
    values = list(dict.fromkeys(texts))
    order = _order(values) if order == "auto" else order
    return {value: _read(value.strip(), order, zone) for value in values}


def _order(values: Sequence[str]) -> str:
    """Return which number of 3/4/2025 is the day, by dates that leave no doubt: the day unless they say otherwise."""
    found = [(int(m["a"]), int(m["b"])) for value in values if (m := _NUMBERS.fullmatch(value.strip()))]
    day_first, month_first = any(a > 12 for a, _ in found), any(b > 12 for _, b in found)
    if day_first and month_first:
        return "both"
    return "month-first" if month_first else "day-first"


def _read(value: str, order: str, zone: ZoneInfo) -> Day:
    if not value:
        return Day(None, refused=NONE)
    if found := _NUMBERS.fullmatch(value):
        return _of_numbers(found, order)
    for pattern, read in _FORMS:
        if (found := pattern.fullmatch(value)) and (day := read(found, zone)) is not None:
            return day
    return Day(None, refused=UNKNOWN)


def _of_numbers(found: re.Match[str], order: str) -> Day:
    """Return the day of 3/4/2025. Where only one order gives a day, that one is meant."""
    year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
    a, b = int(found["a"]), int(found["b"])
    day_first, month_first = _day(year, b, a), _day(year, a, b)
    if a == b or (day_first is None) != (month_first is None):
        return Day(day_first or month_first, _DAY_FIRST if day_first else _MONTH_FIRST)
    if day_first is None:
        return Day(None, refused=UNKNOWN)
    if order == "both":
        return Day(None, refused=AMBIGUOUS)
    return Day(month_first, _MONTH_FIRST) if order == "month-first" else Day(day_first, _DAY_FIRST)


def _iso(found: re.Match[str], zone: ZoneInfo) -> Day | None:
    day = _day(int(found["y"]), int(found["m"]), int(found["d"]))
    if day is None or not found["time"]:
        return Day(day, _ISO) if day else None
    text = f"{day.isoformat()}T{found['time'].strip().replace(' ', '').replace(',', '.')}"
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    if time.tzinfo is None:
        return Day(day, _ISO)
    there = time.astimezone(zone).date()
    return Day(there, "ISO with time zone", moved=there != day)


def _named(found: re.Match[str], zone: ZoneInfo) -> Day | None:
    month = found["name"][:3].lower()
    if month not in _MONTHS:
        return None
    day = _day(int(found["y"]), _MONTHS.index(month) + 1, int(found.groupdict().get("d") or 1))
    return Day(day, "name of the month") if day else None


def _month(found: re.Match[str], zone: ZoneInfo) -> Day | None:
    day = _day(int(found["y"]), int(found["m"]), 1)
    return Day(day, "month") if day else None


def _quarter(found: re.Match[str], zone: ZoneInfo) -> Day | None:
    return Day(date(int(found["y"]), 3 * int(found["q"]) - 2, 1), "quarter")


def _week(found: re.Match[str], zone: ZoneInfo) -> Day | None:
    try:
        return Day(date.fromisocalendar(int(found["y"]), int(found["w"]), 1), "ISO week")
    except ValueError:
        return None


def _serial(found: re.Match[str], zone: ZoneInfo) -> Day | None:
    """Return the day of Excel's number: 45292 is 2024-01-01."""
    return Day(date(1899, 12, 30) + timedelta(days=int(found["n"])), "number of Excel")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


_NUMBERS = re.compile(rf"(?P<a>\d{{1,2}})[-/.](?P<b>\d{{1,2}})[-/.](?P<y>\d{{4}}|\d{{2}}){_TIME}")
_FORMS: Sequence[tuple[re.Pattern[str], Callable[[re.Match[str], ZoneInfo], Day | None]]] = (
    (re.compile(r"(?P<y>\d{4})([-/.]?)(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?:[T ](?P<time>\d{1,2}:.*))?"), _iso),
    (re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})"), _month),
    (re.compile(r"(?P<y>\d{4})[- ]?Q(?P<q>[1-4])", re.I), _quarter),
    (re.compile(r"(?P<y>\d{4})[- ]?W(?P<w>\d{1,2})", re.I), _week),
    (re.compile(rf"(?P<d>\d{{1,2}})[ -]{_NAME}[ -](?P<y>\d{{4}}){_TIME}", re.I), _named),
    (re.compile(rf"{_NAME} (?P<d>\d{{1,2}}),? (?P<y>\d{{4}}){_TIME}", re.I), _named),
    (re.compile(rf"{_NAME}[ -](?P<y>\d{{4}})", re.I), _named),
    (re.compile(r"(?P<n>[34]\d{4})(?:\.0+)?"), _serial),
)


def forms_of(days: Mapping[str, Day], counts: Mapping[str, int]) -> str:
    """Return in which forms how many rows are dated: `ISO 38,000, day first 1`."""
    found = Counter[str]()
    for value, day in days.items():
        if day.form:
            found[day.form] += counts.get(value, 0)
    return ", ".join(f"{form} {count:,}" for form, count in found.most_common())
