"""Demand: the forecasts to make: one row for each series and origin, with what a forecast may read and what came."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from components.recipes.demand.classes.demand_class import demand_class
from components.recipes.demand.data_settings import DataSettings
from components.recipes.demand.series import Series, origins

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
_PERIODS = {"daily": "D", "weekly": "W-SUN", "monthly": "M", "quarterly": "Q"}  # pandas' names of periods
SHORTEST_HISTORY = 2  # periods before an origin


@dataclass(frozen=True)
class Beside:
    """What a table says of each period of a history besides its quantity: prices, NaN where unknown, and promotions."""

    prices: Array
    promotions: Array

    def until(self, origin: int) -> "Beside":
        return Beside(self.prices[:origin], self.promotions[:origin])


@dataclass(frozen=True)
class Rows:
    """n forecasts to make. `ends` are the numbers of the first forecast periods, counted the same for all series.

    `actuals` are (n, horizon), NaN where unknown. `series` is the place of each row's series, `folds` that of its
    origin. `classes` are the demand classes of the histories, `abc` and `xyz` those of the series.
    """

    histories: Sequence[Array]
    ends: Ints
    actuals: Array
    series: Ints
    folds: Ints
    classes: tuple[str, ...]
    abc: tuple[str, ...]
    xyz: tuple[str, ...]
    outliers: NDArray[np.bool_]
    beside: Sequence[Beside | None] = ()  # of each history; none at all if no table has prices or promotions

    def __len__(self) -> int:
        return len(self.histories)

    @property
    def horizon(self) -> int:
        return int(self.actuals.shape[1])

    def at(self, places: Ints) -> "Rows":
        """Return the rows at these places."""
        kept = places.tolist()
        return Rows(
            [self.histories[k] for k in kept],
            self.ends[places],
            self.actuals[places],
            self.series[places],
            self.folds[places],
            tuple(self.classes[k] for k in kept),
            tuple(self.abc[k] for k in kept),
            tuple(self.xyz[k] for k in kept),
            self.outliers[places],
            [self.beside[k] for k in kept] if self.beside else (),
        )


def period_number(start: str, frequency: str) -> int:
    """Return the number of the period that begins at a date, so that seasons of all series are in step.

    >>> period_number("1970-02-01", "monthly")
    1
    """
    return int(pd.Period(start, freq=_PERIODS[frequency]).ordinal)


def split_rows(series: Sequence[Series], data: DataSettings) -> Rows:
    """Return a row for each fold of each series of a split."""
    return _rows(series, data, lambda one: origins(one, data.horizon, data.origin_step))


def training_rows(series: Sequence[Series], data: DataSettings, folds: int) -> Rows:
    """Return a row for each of several rolling origins inside the train split, on which candidates are chosen."""

    def of(one: Series) -> Sequence[int]:
        last = len(one["quantities"]) - data.horizon
        return [o for back in range(folds - 1, -1, -1) if (o := last - back * data.origin_step) >= SHORTEST_HISTORY]

    return _rows(series, data, of)


def last_rows(series: Sequence[Series], data: DataSettings) -> Rows:
    """Return a row for each series, after its last period; what comes is unknown."""
    return _rows(series, data, lambda one: [len(one["quantities"])])


def _rows(series: Sequence[Series], data: DataSettings, places: Callable[[Series], Sequence[int]]) -> Rows:
    limits = (data.classes.adi, data.classes.cv2)
    found = [(at, one, origin) for at, one in enumerate(series) for origin in places(one)]
    values = [np.asarray(one["quantities"], dtype=np.float64) for one in series]
    known = [beside_of(one["prices"], one["promotions"]) for one in series]
    begins = [period_number(one["start"], one["frequency"]) for one in series]
    firsts = {at: origin for at, _, origin in reversed(found)}
    return Rows(
        histories=[values[at][:origin] for at, _, origin in found],
        ends=np.array([begins[at] + origin for at, _, origin in found], dtype=np.int64),
        actuals=_actuals([(values[at], origin) for at, _, origin in found], data.horizon),
        series=np.array([at for at, _, _ in found], dtype=np.int64),
        folds=np.array([(origin - firsts[at]) // data.origin_step for at, _, origin in found], dtype=np.int64),
        classes=tuple(demand_class(values[at][:origin], *limits) for at, _, origin in found),
        abc=tuple(one["abc"] for _, one, _ in found),
        xyz=tuple(one["xyz"] for _, one, _ in found),
        outliers=np.array([any(place < origin for place in one["outliers"]) for _, one, origin in found], dtype=bool),
        beside=[one and one.until(origin) for one, origin in ((known[at], origin) for at, _, origin in found)]
        if any(known)
        else (),
    )


def beside_of(prices: Sequence[float | None] | None, promotions: Sequence[float | None] | None) -> Beside | None:
    """Return what is known beside quantities, None where the table has neither prices nor promotions."""
    if prices is None and promotions is None:
        return None
    some = prices if prices is not None else promotions or ()
    found = [np.full(len(some), np.nan) if one is None else np.array(one, np.float64) for one in (prices, promotions)]
    return Beside(found[0], np.nan_to_num(found[1]))


def _actuals(found: Sequence[tuple[Array, int]], horizon: int) -> Array:
    actuals = np.full((len(found), horizon), np.nan)
    for row, (values, origin) in enumerate(found):
        came = values[origin : origin + horizon]
        actuals[row, : len(came)] = came
    return actuals
