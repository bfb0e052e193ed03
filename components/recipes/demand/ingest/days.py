"""Demand: which rows count in which period: stray dates, parts of periods, several rows of one day."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.recipes.demand.data_settings import DataSettings
from components.recipes.demand.ingest.load import REFUSED
from components.recipes.demand.ingest.rows import Rows

FAR, PART = "date-far-from-all-others", "in-a-part-of-a-period"
SAME, NOT_LAST, SEVERAL = "same-row-as-another", "not-the-last-row-of-its-day", "several-rows-of-one-day"
FEW = 0.01  # a share of rows that may be mistyped dates, or times of day
YEAR_DAYS = 366
# Days without a row at the begin or the end of the table that still leave a period whole, such as a closed Sunday.
SLACK = {"daily": 0, "weekly": 1, "monthly": 3, "quarterly": 9}
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Dated:
    """The rows, with the number of each row's period: days, weeks, months or quarters since 1970; -1 where refused."""

    frame: pd.DataFrame
    repaired: dict[str, int]


def into_periods(rows: Rows, data: DataSettings) -> Dated:
    """Return the rows with their periods. Rows that count in no period are refused with a reason."""
    frame, repaired = rows.frame, Counter(rows.repaired)
    days = frame["day"].to_numpy().astype("datetime64[D]").astype(np.int64)
    refused = frame[REFUSED].to_numpy(dtype=object).copy()
    usable = refused == ""
    refused[_far(days, usable)] = FAR
    usable = refused == ""
    periods = np.where(usable, number_of(days, data.frequency), -1)
    refused[_in_a_part(days, periods, usable, data)] = PART
    usable = refused == ""
    later = _duplicates(frame[usable], data.reading.duplicates, repaired)
    refused[np.flatnonzero(usable)[later != ""]] = later[later != ""]
    frame = frame.assign(**{REFUSED: refused, "period": np.where(refused == "", periods, -1)})
    return Dated(frame, dict(repaired))


def number_of(days: Ints, frequency: str) -> Ints:
    """Return the number of the period of each day, a number of days since 1970-01-01, a Thursday."""
    if frequency == "daily":
        return days
    if frequency == "weekly":
        return (days + 3) // 7
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return months if frequency == "monthly" else months // 3


def first_days(numbers: Ints, frequency: str) -> Ints:
    """Return the first day of each period, as days since 1970-01-01.

    >>> str(first_days(number_of(np.array([19_000]), "weekly"), "weekly").astype("datetime64[D]")[0])
    '2022-01-03'
    """
    if frequency in ("daily", "weekly"):
        return numbers if frequency == "daily" else 7 * numbers - 3
    months = numbers if frequency == "monthly" else 3 * numbers
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _far(days: Ints, usable: Bools) -> Bools:
    """Return which rows lie more than a year from all others, as 2204 for 2024 does, if these are few."""
    known = np.unique(days[usable])
    parts = np.split(known, np.flatnonzero(np.diff(known) > YEAR_DAYS) + 1)
    counts = [int(np.isin(days, part).sum()) for part in parts] if len(parts) > 1 else []
    if not counts or 1 - max(counts) / sum(counts) > FEW:
        return np.zeros(len(days), dtype=bool)
    main = parts[int(np.argmax(counts))]
    return np.asarray(usable & ((days < main[0]) | (days > main[-1])))


def _in_a_part(days: Ints, periods: Ints, usable: Bools, data: DataSettings) -> Bools:
    """Return which rows are in a period that the table covers in part only: its first one, or its last one.

    In a table with one row a period, all days are at one place of their periods, such as Mondays or last days of
    months: its periods are whole.
    """
    until = data.reading.last_day
    if not usable.any() or (until is None and _is_at_one_place(days[usable], data.frequency)):
        return np.zeros(len(days), dtype=bool)
    begin, end = int(days[usable].min()), int(days[usable].max())
    slack = 0 if until else SLACK[data.frequency]
    end = int(np.datetime64(until, "D").astype(np.int64)) if until else end
    first = int(number_of(np.array([begin - SLACK[data.frequency] - 1]), data.frequency)[0]) + 1
    last = int(number_of(np.array([end + slack + 1]), data.frequency)[0]) - 1
    return usable & ((periods < first) | (periods > last))


def _is_at_one_place(days: Ints, frequency: str) -> bool:
    found, counts = np.unique(days, return_counts=True)
    numbers = number_of(found, frequency)
    after_begin, before_end = found - first_days(numbers, frequency), first_days(numbers + 1, frequency) - found
    return any(np.bincount(place, weights=counts).max() >= (1 - FEW) * len(days) for place in (after_begin, before_end))


def _duplicates(rows: pd.DataFrame, rule: str, repaired: Counter[str]) -> NDArray[np.object_]:
    """Return why a row is left out for another one of its product and day, or nothing; count the rows added up."""
    refused = np.full(len(rows), "", dtype=object)
    keys = ["id", "day"]
    if rule == "once":
        refused[rows.duplicated([*keys, "quantity", "price", "promotion", "category"]).to_numpy()] = SAME
    if rule == "last":
        refused[rows.duplicated(keys, keep="last").to_numpy()] = NOT_LAST
    repaired[SEVERAL] += int(rows[refused == ""].duplicated(keys).sum())
    return refused
