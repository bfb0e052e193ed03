"""Demand: puts series into splits: each up to the end of what the split may see, with the classes of its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.core.errors import DataError
from components.recipes.demand.classes.abc_xyz import abc_classes, xyz_class
from components.recipes.demand.classes.demand_class import demand_class
from components.recipes.demand.data_settings import DataSettings
from components.recipes.demand.ingest.days import first_days
from components.recipes.demand.ingest.outliers import outliers
from components.recipes.demand.ingest.periods import FoundSeries, Whole
from components.recipes.demand.series import NOUNS, SPLITS, Series

Splits = Mapping[str, Sequence[Series]]
SHORTEST_HISTORY = 2  # periods before the first origin


@dataclass(frozen=True, slots=True)
class _Part:
    """What a split has of a series: its first `length` periods, of which those before `origin` are its history."""

    split: str
    whole: Whole
    length: int
    origin: int
    start: str

    @property
    def history(self) -> NDArray[np.float64]:
        return self.whole.quantities[: self.origin]

    @property
    def prices(self) -> NDArray[np.float64] | None:
        return None if self.whole.prices is None else self.whole.prices[: self.origin]


def split_series(found: FoundSeries, data: DataSettings) -> dict[str, list[Series]]:
    """Return the series by split. A series that is too young for a split is in the later splits alone.

    Raises:
        DataError: the table has too few periods for the horizon and the folds.
    """
    splits = {split: _of_split(found, split, data) for split in SPLITS}
    few = {split: len(part) for split, part in splits.items() if len(part) < data.smallest_split}
    if few:
        needed = sum(data.forecast_periods.values()) + SHORTEST_HISTORY
        noun, counts = NOUNS[data.frequency], " and ".join(f"{count} for {split}" for split, count in few.items())
        raise DataError(
            f"The table has {found.periods} {noun}s and {len(found.series)} series that can be used, of them {counts}",
            expected=f"at least {data.smallest_split} in each split, with {needed} {noun}s for a horizon of "
            f"{data.horizon} and {data.folds} folds",
            act="lower data.horizon or data.folds, or bring a longer history",
        )
    return splits


def _of_split(found: FoundSeries, split: str, data: DataSettings) -> list[Series]:
    end = found.periods - data.held_back[split]
    parts = [
        _Part(split, whole, end - whole.first, origin, _start(found.first + whole.first, data))
        for whole in found.series
        if (origin := _origin(whole, end, split, data)) is not None
    ]
    letters = abc_classes(
        [value_of(part.history, part.prices, data.seasonal_periods) for part in parts], data.classes.abc
    )
    return [_series(part, letter, data) for part, letter in zip(parts, letters, strict=True)]


def _start(period: int, data: DataSettings) -> str:
    return str(first_days(np.array([period]), data.frequency).astype("datetime64[D]")[0])


def _origin(whole: Whole, end: int, split: str, data: DataSettings) -> int | None:
    """Return the place of the first origin before which the series has some history; None if there is none."""
    length = end - whole.first
    ahead = data.forecast_periods[split]
    if ahead == 0:
        return length if length >= SHORTEST_HISTORY else None
    origins = range(length - ahead, length - data.horizon + 1, data.origin_step)
    return next((origin for origin in origins if origin >= SHORTEST_HISTORY), None)


def value_of(quantities: NDArray[np.float64], prices: NDArray[np.float64] | None, season: int) -> float:
    """Return what was sold in the last season, in money if prices are known, else in pieces."""
    recent = quantities[-season:]
    return float(recent.sum() if prices is None else np.nansum(recent * prices[-season:]))


def _series(part: _Part, letter: str, data: DataSettings) -> Series:
    whole, history, length = part.whole, part.history, part.length
    return Series(
        id=whole.id,
        split=part.split,
        frequency=data.frequency,
        start=part.start,
        quantities=whole.quantities[:length].tolist(),
        prices=_listed(whole.prices, length),
        promotions=_listed(whole.promotions, length),
        category=whole.category,
        forecast_from=part.origin,
        outliers=outliers(history, data.reading.outlier),
        demand_class=demand_class(history, data.classes.adi, data.classes.cv2),
        abc=letter,
        xyz=xyz_class(history, data.classes.xyz),
    )


def _listed(values: NDArray[np.float64] | None, length: int) -> list[float | None] | None:
    return None if values is None else [None if value != value else float(value) for value in values[:length]]
