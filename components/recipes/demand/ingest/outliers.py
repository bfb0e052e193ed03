"""Demand: marks quantities that are far above what a product sells otherwise."""

import numpy as np
from numpy.typing import NDArray

SMALLEST_SALES = 5  # periods with a sale: of fewer nobody can say what is usual
SMALLEST_DEVIATION = 0.25  # of logarithms: two pieces are not conspicuous where mostly one is sold
FACTOR = 1.4826  # of the median absolute deviation, to be the standard deviation of a normal distribution


def outliers(quantities: NDArray[np.float64], deviations: float) -> list[int]:
    """Return the places of conspicuous quantities: their logarithm is so many robust deviations above the median.

    >>> outliers(np.array([3.0, 4.0, 0.0, 3.0, 5.0, 4.0, 900.0]), 6.0)
    [6]
    """
    sold = quantities > 0
    if np.count_nonzero(sold) < SMALLEST_SALES:
        return []
    logs = np.log(quantities[sold])
    median = float(np.median(logs))
    deviation = max(FACTOR * float(np.median(np.abs(logs - median))), SMALLEST_DEVIATION)
    return [int(place) for place in np.flatnonzero(sold)[logs > median + deviations * deviation]]
