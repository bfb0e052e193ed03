"""Demand: from dated rows to series: one quantity a period, gaps and holes filled by the stated rules."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.core.errors import DataError
from components.recipes.demand.data_settings import DataSettings
from components.recipes.demand.ingest.days import Dated
from components.recipes.demand.ingest.load import REFUSED

PAUSE, SHORT, UNSOLD = "before-a-long-gap", "series-too-short", "series-never-sold"
FILLED, HOLES, NEGATIVE = "periods-without-a-row-filled", "holes-in-the-calendar-filled", "more-returns-than-sales"
YEAR = {"daily": 365, "weekly": 52, "monthly": 12, "quarterly": 4}  # periods
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Whole:
    """A series up to the last period of the table. Periods are numbered from the table's first one."""

    id: str
    first: int  # its first period
    quantities: Floats
    prices: Floats | None  # NaN where unknown
    promotions: Floats | None
    category: str | None
    filled: tuple[int, ...] = ()  # places of quantities that no row gave


@dataclass(frozen=True, slots=True)
class FoundSeries:
    """All series of a table, the rows with the reasons, and why products gave no series."""

    series: list[Whole]
    frame: pd.DataFrame
    first: int  # number of the table's first period
    periods: int
    holes: tuple[int, ...]
    refused: dict[str, str] = field(default_factory=dict)  # id -> reason
    notes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Sums of (product, period), NaN without a row. Prices and promotions are means over rows."""

    ids: list[str]
    first: int
    quantities: Floats
    prices: Floats | None
    promotions: Floats | None


def into_series(dated: Dated, data: DataSettings, has: tuple[str, ...]) -> FoundSeries:
    """Return the series that are long enough. The rows of others are refused with a reason.

    Raises:
        DataError: no row of the table can be used.
    """
    frame = dated.frame
    grid = _grid(frame[frame[REFUSED] == ""], has)
    known = ~np.isnan(grid.quantities)
    holes = tuple(np.flatnonzero(~known.any(axis=0)).tolist())
    notes = Counter({NEGATIVE: int((grid.quantities < 0).sum()), "holes-in-the-calendar": len(holes)})
    categories = _categories(frame) if "category" in has else {}
    series, refused, begins = [], {}, np.zeros(len(grid.ids), dtype=np.int64)
    for place, name in enumerate(grid.ids):
        begins[place] = _begin(known[place], holes, data)
        whole = _whole(grid, place, int(begins[place]), holes, data, categories.get(name))
        notes[FILLED] += len(whole.filled)
        reason = _refusal(whole.quantities, data)
        if reason:
            refused[name] = reason
        else:
            series.append(whole)
    frame = _with_reasons(frame, grid, begins, refused)
    return FoundSeries(series, frame, grid.first, grid.quantities.shape[1], holes, refused, dict(notes))


def _grid(rows: pd.DataFrame, has: tuple[str, ...]) -> _Grid:
    if rows.empty:
        raise DataError("No row of the table can be used; quarantined.csv says why of each", act="correct the table")
    codes, ids = pd.factorize(rows["id"], sort=True)
    first, last = int(rows["period"].min()), int(rows["period"].max())
    shape = (len(ids), last - first + 1)
    cells = codes * shape[1] + (rows["period"].to_numpy() - first)
    number = np.bincount(cells, minlength=shape[0] * shape[1]).astype(np.float64)
    sums = np.bincount(cells, weights=rows["quantity"].to_numpy(), minlength=len(number))
    quantities = np.where(number > 0, sums, np.nan).reshape(shape)
    prices = _means(cells, rows["price"].to_numpy(), shape) if "price" in has else None
    promotions = _means(cells, rows["promotion"].to_numpy(), shape) if "promotion" in has else None
    return _Grid([str(name) for name in ids], first, quantities, prices, promotions)


def _means(cells: NDArray[np.int64], values: Floats, shape: tuple[int, int]) -> Floats:
    known = ~np.isnan(values)
    length = shape[0] * shape[1]
    number = np.bincount(cells[known], minlength=length)
    sums = np.bincount(cells[known], weights=values[known], minlength=length)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums / number, dtype=np.float64).reshape(shape)


def _begin(known: NDArray[np.bool_], holes: tuple[int, ...], data: DataSettings) -> int:
    """Return where a series begins: at its first row, or after its last gap that is too long."""
    places = np.flatnonzero(known)
    opened = np.ones(len(known), dtype=np.int64)
    opened[list(holes)] = 0
    gaps = np.diff(np.cumsum(opened)[places]) - 1  # a hole of the whole table is no gap of a product
    long = np.flatnonzero(gaps > (data.reading.longest_gap or YEAR[data.frequency]))
    return int(places[long[-1] + 1]) if len(long) else int(places[0])


def _whole(
    grid: _Grid, place: int, begin: int, holes: tuple[int, ...], data: DataSettings, category: str | None
) -> Whole:
    found = grid.quantities[place, begin:]
    filled = tuple(np.flatnonzero(np.isnan(found)).tolist())
    quantities = np.maximum(found, 0.0)
    in_hole = {hole - begin for hole in holes}
    for at in filled:
        rule = data.reading.holes if at in in_hole else data.reading.gaps
        quantities[at] = _fill(quantities, at, rule, data.seasonal_periods)
    prices = None if grid.prices is None else _carried(grid.prices[place, begin:])
    promotions = None if grid.promotions is None else np.nan_to_num(grid.promotions[place, begin:])
    return Whole(grid.ids[place], begin, quantities, prices, promotions, category, filled)


def _fill(quantities: Floats, at: int, rule: str, season: int) -> float:
    """Return the quantity of a period without one; it depends on earlier periods alone."""
    if rule == "season" and at >= season:
        return float(quantities[at - season])
    return 0.0 if rule == "zero" or at == 0 else float(quantities[at - 1])


def _carried(prices: Floats) -> Floats:
    """Return the prices, the last known one where a period has no row; NaN before the first known one."""
    places = np.where(np.isnan(prices), 0, np.arange(len(prices)))
    return np.asarray(prices[np.maximum.accumulate(places)], dtype=np.float64)


def _refusal(quantities: Floats, data: DataSettings) -> str:
    if not quantities.any():
        return UNSOLD
    return SHORT if len(quantities) < data.shortest else ""


def _categories(frame: pd.DataFrame) -> dict[str, str]:
    """Return the most frequent category of each product, of equally frequent ones the first by letter."""
    rows = frame[(frame[REFUSED] == "") & (frame["category"] != "")]
    counts = rows.groupby(["id", "category"]).size().reset_index(name="rows")
    best = counts.sort_values(["id", "rows", "category"], ascending=[True, False, True]).drop_duplicates("id")
    return dict(zip(best["id"], best["category"], strict=True))


def _with_reasons(frame: pd.DataFrame, grid: _Grid, begins: NDArray[np.int64], refused: dict[str, str]) -> pd.DataFrame:
    """Return the rows with the reasons of those that are in no series."""
    usable = (frame[REFUSED] == "").to_numpy()
    begin = frame["id"].map(dict(zip(grid.ids, begins + grid.first, strict=True))).to_numpy()
    reasons = frame[REFUSED].to_numpy(dtype=object).copy()
    early = usable & (frame["period"].to_numpy() < begin)
    reasons[early] = PAUSE
    of_series = frame["id"].map(refused).fillna("").to_numpy(dtype=object)
    reasons = np.where((reasons == "") & (of_series != ""), of_series, reasons)
    return frame.assign(**{REFUSED: reasons})
