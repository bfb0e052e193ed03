"""Demand: the columns on which drift is measured: levels, new products, classes, prices."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from components.core.monitored import Column
from components.recipes.demand.classes.demand_class import demand_class
from components.recipes.demand.classes.features import series_features
from components.recipes.demand.config import DemandConfig
from components.recipes.demand.series import Series, SeriesSnapshot

NEW, KNOWN = "new", "known"
LEVEL, SHIFT, SILENT, PRODUCT, CLASS, PRICE = (
    *("quantity, log(1 + x)", "level shift", "share without a sale", "product", "demand class", "price change"),
)


def features(config: DemandConfig, snapshot: SeriesSnapshot, split: str, cache: Path) -> Mapping[str, Column]:
    """Return the columns of a split, one value for each product.

    The level shift is the logarithm of the mean of the last third of a season by the mean before. A product is new
    if it has been sold for less than a season. What is of the last periods is of as many as the horizon has.
    """
    season, horizon, limits = config.data.seasonal_periods, config.data.horizon, config.data.classes

    def shift(series: Series) -> float:
        return series_features(np.asarray(series["quantities"]), season)["level_change"]

    def kind(series: Series) -> str:
        return demand_class(np.asarray(series["quantities"][-season:]), limits.adi, limits.cv2)

    columns: dict[str, Callable[[Series], object]] = {
        LEVEL: lambda series: float(np.log1p(np.mean(series["quantities"][-horizon:]))),
        SHIFT: shift,
        SILENT: lambda series: float(np.mean(np.asarray(series["quantities"][-horizon:]) == 0)),
        PRODUCT: lambda series: NEW if len(series["quantities"]) < season else KNOWN,
        CLASS: kind,
    }
    if any(series["prices"] for series in snapshot.splits[split]):
        columns[PRICE] = lambda series: _price_change(series, horizon)
    return {name: [of(series) for series in snapshot.splits[split]] for name, of in columns.items()}


def _price_change(series: Series, horizon: int) -> float:
    """Return the logarithm of the mean price of the last periods by that of all before; 0 where one is unknown."""
    prices = [price or 0.0 for price in series["prices"] or ()]
    recent, before = [p for p in prices[-horizon:] if p > 0], [p for p in prices[:-horizon] if p > 0]
    return float(np.log(np.mean(recent) / np.mean(before))) if recent and before else 0.0
