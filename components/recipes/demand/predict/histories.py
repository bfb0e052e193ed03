"""Demand: brings the history of a request to periods, as ingest does: sums, zeros in gaps, no period below 0."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from components.core.errors import UsageError
from components.recipes.demand.classes.abc_xyz import xyz_class
from components.recipes.demand.forecasters.rows import Array, Beside, Ints
from components.recipes.demand.ingest.days import first_days, number_of
from components.recipes.demand.predict.products import Product
from components.recipes.demand.predict.request import Observation
from components.recipes.demand.series import NOUNS, Frequency

Observed = Sequence[Observation]
MOST_PERIODS = 20_000  # between the first and the last observation


def product_of(name: str, observed: Observed, frequency: Frequency, xyz: tuple[float, float]) -> Product:
    """Return a product with these observations. It belongs to class C: its share of all value is not known.

    Raises:
        UsageError: there are no observations, or their dates are implausibly far apart.
    """
    if not observed:
        raise UsageError(f"{name!r} has an empty history", expected=f"one {NOUNS[frequency]} at least")
    days = np.array([one.date.toordinal() for one in observed], dtype=np.int64) - date(1970, 1, 1).toordinal()
    numbers = number_of(days, frequency)
    first, periods = int(numbers.min()), int(numbers.max() - numbers.min()) + 1
    if periods > MOST_PERIODS:
        found = f"The history of {name!r} spans {periods:,} {NOUNS[frequency]}s"
        raise UsageError(found, expected=f"{MOST_PERIODS:,} at most", act="correct its dates")
    summed = np.bincount(numbers - first, [one.quantity for one in observed], periods)
    quantities = np.maximum(summed, 0.0)
    start = str(first_days(np.array([first]), frequency).astype("datetime64[D]")[0])
    beside = _beside(observed, numbers - first, periods)
    return Product(name, start, quantities, "C", xyz_class(quantities, xyz), beside=beside)


def _beside(observed: Observed, places: Ints, periods: int) -> Beside | None:
    """Return prices and promotions as ingest makes them: means of a period, the last known price, no promotion."""
    if all(one.price is None and one.promotion is None for one in observed):
        return None
    prices = _means([one.price for one in observed], places, periods)
    known = np.maximum.accumulate(np.where(np.isnan(prices), 0, np.arange(periods)))
    return Beside(prices[known], np.nan_to_num(_means([one.promotion for one in observed], places, periods)))


def _means(values: Sequence[float | None], places: Ints, periods: int) -> Array:
    found = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    known = np.isfinite(found)
    sums = np.bincount(places[known], found[known], periods)
    counts = np.bincount(places[known], minlength=periods)
    return np.asarray(np.where(counts > 0, sums / np.maximum(counts, 1), np.nan))
