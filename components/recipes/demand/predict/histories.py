"""Demand: brings the history of a request to periods, as ingest does: sums, zeros in gaps, no period below 0."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from components.core.errors import UsageError
from components.recipes.demand.classes.abc_xyz import xyz_class
from components.recipes.demand.ingest.days import first_days, number_of
from components.recipes.demand.predict.products import Product
from components.recipes.demand.series import NOUNS, Frequency

Observed = Sequence[tuple[date, float]]
MOST_PERIODS = 20_000  # between the first and the last observation


def product_of(name: str, observed: Observed, frequency: Frequency, xyz: tuple[float, float]) -> Product:
    """Return a product with these observations. It belongs to class C: its share of all value is not known.

    Raises:
        UsageError: there are no observations, or their dates are implausibly far apart.
    """
    if not observed:
        raise UsageError(f"{name!r} has an empty history", expected=f"one {NOUNS[frequency]} at least")
    days = np.array([day.toordinal() for day, _ in observed], dtype=np.int64) - date(1970, 1, 1).toordinal()
    numbers = number_of(days, frequency)
    first, periods = int(numbers.min()), int(numbers.max() - numbers.min()) + 1
    if periods > MOST_PERIODS:
        found = f"The history of {name!r} spans {periods:,} {NOUNS[frequency]}s"
        raise UsageError(found, expected=f"{MOST_PERIODS:,} at most", act="correct its dates")
    summed = np.bincount(numbers - first, [quantity for _, quantity in observed], periods)
    quantities = np.maximum(summed, 0.0)
    start = str(first_days(np.array([first]), frequency).astype("datetime64[D]")[0])
    return Product(name, start, quantities, "C", xyz_class(quantities, xyz))
