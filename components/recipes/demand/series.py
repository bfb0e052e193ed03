"""Demand: the record of one example, the demand for one product, and which of its periods a split forecasts.

Each split has every series, up to the end of what that split may see. With a horizon of h periods, f folds and a step
of s periods, and T the last period of the table:

    test        up to T; its last h periods are forecast
    validation  up to T - h; its last h + s * (f - 1) periods are forecast, in f folds whose origins are s periods apart
    train       up to the first origin of validation; none is forecast

So nothing that the test forecasts is in the validation split, and nothing that the validation forecasts is in the
train split.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from typing_extensions import TypedDict

from components.core.records import Snapshot

Frequency = Literal["daily", "weekly", "monthly", "quarterly"]
TRAIN, VALIDATION, TEST = SPLITS = ("train", "validation", "test")
ALIASES: Mapping[str, str] = {"daily": "D", "weekly": "W-MON", "monthly": "MS", "quarterly": "QS"}  # of pandas
SEASONS: Mapping[str, int] = {"daily": 7, "weekly": 52, "monthly": 12, "quarterly": 4}  # periods
NOUNS: Mapping[str, str] = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter"}


class Series(TypedDict):
    """The demand for one product, one quantity a period without gaps. Quantities are 0 or more.

    `start` is the first day of the first period as an ISO date: a Monday, or the first of a month or a quarter.
    `prices` and `promotions` have one value a period, None where a value is unknown, or are None where the table has no
    such column; a promotion is the share of the period's rows that had one, in [0, 1]. The periods before
    `forecast_from` are what a forecast may read; the others are those that this split forecasts. `outliers` are places
    of conspicuous quantities. The classes are those of the periods before `forecast_from`.
    """

    id: str
    split: str
    frequency: str
    start: str
    quantities: list[float]
    prices: list[float | None] | None
    promotions: list[float | None] | None
    category: str | None
    forecast_from: int
    outliers: list[int]
    demand_class: str  # smooth, erratic, intermittent, lumpy or none (no sale), after Syntetos and Boylan
    abc: str  # A, B or C by value
    xyz: str  # X, Y or Z by variation


SeriesSnapshot = Snapshot[Series]


def identity(example: Mapping[str, Any]) -> str:
    """Return what makes an example a new one.

    The test split has all that is known of a product: there a product is new again once its table has grown. In the
    other splits only a product that was not known is new, as a version has seen their periods in its own test split.
    """
    periods = len(example["quantities"])
    seen = f"{example['start']}+{periods}" if example["split"] == TEST else ""
    return f"{example['split']}\n{example['id']}\n{seen}"


def periods_of(series: Series) -> pd.DatetimeIndex:
    """Return the first day of each period."""
    return pd.date_range(series["start"], periods=len(series["quantities"]), freq=ALIASES[series["frequency"]])


def history_of(series: Series, origin: int | None = None) -> NDArray[np.float64]:
    """Return the quantities before an origin, by default all that a forecast of this split may read."""
    return np.asarray(series["quantities"][: series["forecast_from"] if origin is None else origin], dtype=np.float64)


def origins(series: Series, horizon: int, step: int) -> Sequence[int]:
    """Return the origins of the folds of a split: places in the quantities; `horizon` periods from each are forecast.

    >>> origins({"quantities": [0.0] * 20, "forecast_from": 12}, horizon=4, step=2)
    [12, 14, 16]
    """
    return list(range(series["forecast_from"], len(series["quantities"]) - horizon + 1, step))
