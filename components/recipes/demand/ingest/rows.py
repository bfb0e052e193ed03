"""Demand: from texts to rows with a product, a day and a quantity; each is kept, repaired or refused with a reason."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.core.errors import ConfigError, DataError
from components.data.catalogue.numbers import decimal_mark, plain_number
from components.data.catalogue.values import is_missing, tidy
from components.recipes.demand.data_settings import DataSettings
from components.recipes.demand.ingest.dates import Day, forms_of, read_days
from components.recipes.demand.ingest.load import LINE, REFUSED, Texts
from components.recipes.demand.series import ALIASES

NO_ID, NO_QUANTITY, UNKNOWN_QUANTITY, RETURN = "no-id", "no-quantity", "unknown-quantity", "return-left-out"
OTHER_SPELLING, OTHER_ZONE, OTHER_NUMBER = (
    "other-spelling-of-id",
    "day-of-another-time-zone",
    "number-written-otherwise",
)
YES = frozenset({"yes", "y", "true", "t", "1", "1.0", "on", "x"})
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows: the columns line, refused, id, day, quantity, price, promotion, category.

    A refused row has a reason, and may lack the other values. `price` and `promotion` are NaN where none is known.
    """

    frame: pd.DataFrame
    has: tuple[str, ...]
    repaired: dict[str, int]
    notes: dict[str, int]
    read_as: dict[str, str]


def read_rows(texts: Texts, data: DataSettings) -> Rows:
    """Return every row of the table.

    Raises:
        ConfigError: the time zone is unknown.
        DataError: the periods of a wide table have no dates.
    """
    frame, repaired = texts.frame.copy(), Counter[str]()
    frame["id"] = _ids(frame["id"], data.reading.alike_ids, repaired)
    days, refused_days, read_as = _days(frame["date"], data, repaired)
    frame["day"] = days
    frame["quantity"], quantities = _quantities(frame["quantity"], repaired)
    frame["price"] = numbers(frame["price"])[0].where(lambda found: found > 0)
    frame["promotion"] = shares(frame["promotion"])
    frame["category"] = frame["category"].map({value: tidy(value) for value in frame["category"].unique()})
    returns = (frame["quantity"] < 0).to_numpy() & (data.reading.returns == "ignore")
    for found in (np.where(frame["id"] == "", NO_ID, ""), refused_days, quantities, np.where(returns, RETURN, "")):
        frame[REFUSED] = np.where(frame[REFUSED] == "", found, frame[REFUSED])
    columns = [LINE, REFUSED, "id", "day", "quantity", "price", "promotion", "category"]
    return Rows(frame[columns], tuple(texts.has), dict(repaired), dict(texts.notes), {**texts.read_as, **read_as})


def _ids(column: "pd.Series[str]", alike: str, repaired: Counter[str]) -> "pd.Series[str]":
    """Return the ids, those that differ by spaces under their most frequent spelling."""
    counts = column.value_counts()
    tidied = {str(value): "" if is_missing(tidy(str(value))) else tidy(str(value)) for value in counts.index}
    best: dict[str, str] = {}
    for value in counts.index:  # the most frequent first
        best.setdefault(_key(tidied[value], alike), tidied[value])
    spelled = {value: best[_key(tidied[value], alike)] for value in tidied}
    repaired[OTHER_SPELLING] += int(sum(counts[value] for value in spelled if value != spelled[value] != ""))
    return column.map(spelled)


def _key(value: str, alike: str) -> str:
    return _SPACE.sub("", value) if alike == "merge" else value


def _days(
    column: "pd.Series[str]", data: DataSettings, repaired: Counter[str]
) -> tuple["pd.Series[pd.Timestamp]", NDArray[np.object_], dict[str, str]]:
    counts = {str(value): int(count) for value, count in column.value_counts().items()}
    try:
        zone = ZoneInfo(data.reading.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        found = f"data.reading.time_zone is {data.reading.time_zone}"
        raise ConfigError(found, expected="a time zone such as Europe/Berlin", act="correct the YAML") from None
    names = list(dict.fromkeys(column))
    found_days = _numbered(names, data) or read_days(names, data.reading.dates, zone)
    repaired[OTHER_ZONE] += sum(counts[value] for value, day in found_days.items() if day.moved)
    stamps = pd.to_datetime(column.map({value: day.day for value, day in found_days.items()}))
    refused = column.map({value: day.refused for value, day in found_days.items()}).to_numpy(dtype=object)
    return stamps, refused, {"dates": forms_of(found_days, counts)}


def _numbered(names: list[str], data: DataSettings) -> dict[str, Day] | None:
    """Return the days of a wide table's periods by their order, if the YAML dates the first one."""
    if data.first_period is None or data.layout == "long":
        return None
    first = read_days([data.first_period], data.reading.dates, ZoneInfo("UTC"))[data.first_period].day
    if first is None:
        found = f"data.first_period is {data.first_period!r}"
        raise DataError(found, expected="a date such as 2025-01-01", act="correct the YAML")
    days = pd.date_range(_begin(first, data.frequency), periods=len(names), freq=ALIASES[data.frequency])
    return {name: Day(day.date(), "place of the period") for name, day in zip(names, days, strict=True)}


def _begin(day: date, frequency: str) -> date:
    month = day.month if frequency == "monthly" else 3 * ((day.month - 1) // 3) + 1
    return {
        "daily": day,
        "weekly": day - timedelta(days=day.weekday()),
        "monthly": day.replace(day=1),
        "quarterly": day.replace(month=month, day=1),
    }[frequency]


def _quantities(column: "pd.Series[str]", repaired: Counter[str]) -> tuple["pd.Series[float]", NDArray[np.object_]]:
    found, written_otherwise = numbers(column)
    repaired[OTHER_NUMBER] += written_otherwise
    empty = column.map({value: is_missing(tidy(value)) for value in column[found.isna()].unique()}).eq(True)
    return found, np.where(found.notna(), "", np.where(empty, NO_QUANTITY, UNKNOWN_QUANTITY))


def numbers(column: "pd.Series[str]") -> tuple["pd.Series[float]", int]:
    """Return the numbers, NaN where a text is none, and how many were written with other marks than a point."""
    found = pd.to_numeric(column, errors="coerce").astype(np.float64)
    found = found.where(np.isfinite(found))
    others = [value for value in column[found.isna()].unique() if not is_missing(tidy(value))]
    if not others:
        return found, 0
    mark = decimal_mark([tidy(value).lstrip("-+") for value in others])
    if mark == ",":  # then 1.299 is no 1.3
        found, others = found.where(~column.str.contains(".", regex=False)), list(column.unique())
    read = {value: _number(tidy(value), mark) for value in others}
    filled = found.fillna(column.map(read).astype(np.float64))
    return filled, int((filled.notna() & found.isna()).sum())


def _number(text: str, mark: str) -> float:
    sign = -1.0 if text.startswith(("-", "\u2212", "(")) else 1.0
    bare = text.strip("()").lstrip("-+\u2212 ").strip("$€£ ")
    try:
        found = sign * float(plain_number(bare, mark))
    except ValueError:
        return float("nan")
    return found if np.isfinite(found) else float("nan")


def shares(column: "pd.Series[str]") -> "pd.Series[float]":
    """Return whether a promotion ran, 1 or 0, or the share that the text names; NaN where it says nothing."""
    read = {value: _share(tidy(value).casefold()) for value in column.unique()}
    return column.map(read).astype(np.float64)


def _share(text: str) -> float:
    if is_missing(text):
        return float("nan")
    if text in YES:
        return 1.0
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0
