"""Demand: draws several hundred series of known kinds, as a retailer sees them week by week."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from components.core.seeds import derive_seed

Floats = NDArray[np.float64]
WEEKS = 156
YEAR = 52
# How many series of each kind there are.
COUNTS: Mapping[str, int] = {
    "smooth": 60,
    "seasonal": 60,
    "erratic": 50,
    "intermittent": 60,
    "lumpy": 50,
    "dying": 40,
    "new": 40,
}
CATEGORIES = ("shoes", "shirts", "bags", "socks", "belts", "outdoor")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A drawn series. The arrays have one value a week; weeks before `first` are before the product was sold."""

    id: str
    kind: str
    category: str
    first: int
    quantities: Floats
    prices: Floats
    promotions: NDArray[np.bool_]


def draw_series(seed: int) -> list[Drawn]:
    """Return the series, in an order that does not tell their kinds. The same seed gives the same series."""
    kinds = [kind for kind, count in COUNTS.items() for _ in range(count)]
    order = np.random.default_rng(derive_seed(seed, "order")).permutation(len(kinds))
    return [_series(f"P{place + 1:04d}", kinds[which], seed) for place, which in enumerate(order)]


def _series(name: str, kind: str, seed: int) -> Drawn:
    numbers = np.random.default_rng(derive_seed(seed, "series", name))
    price = float(np.round(np.exp(numbers.normal(3.0, 0.8)), 2))
    promotions = numbers.random(WEEKS) < (0.08 if kind in ("smooth", "seasonal", "erratic") else 0.0)
    first = int(numbers.integers(WEEKS - 60, WEEKS - 16)) if kind == "new" else 0
    quantities = np.where(np.arange(WEEKS) < first, 0.0, KINDS[kind](numbers, first))
    quantities = np.where(promotions, np.round(quantities * numbers.uniform(1.3, 2.2)), quantities)
    return Drawn(
        name,
        kind,
        CATEGORIES[int(numbers.integers(len(CATEGORIES)))],
        first,
        quantities,
        np.where(promotions, np.round(price * 0.8, 2), price),
        promotions,
    )


def _floats(counts: ArrayLike) -> Floats:
    return np.asarray(counts, dtype=np.float64)


def _smooth(numbers: Generator, first: int) -> Floats:
    level = np.exp(numbers.normal(3.6, 0.7)) * (1 + numbers.normal(0, 0.002) * np.arange(WEEKS))
    return _floats(numbers.poisson(np.maximum(level, 3.0)))


def _seasonal(numbers: Generator, first: int) -> Floats:
    phase, height = numbers.uniform(0, YEAR), numbers.uniform(0.4, 0.85)
    season = 1 + height * np.sin(2 * np.pi * (np.arange(WEEKS) - phase) / YEAR)
    return _floats(numbers.poisson(np.exp(numbers.normal(3.8, 0.6)) * season + 1.0))


def _erratic(numbers: Generator, first: int) -> Floats:
    level = np.exp(numbers.normal(2.8, 0.6))
    return _floats(np.maximum(1.0, np.round(level * np.exp(numbers.normal(0, 0.95, WEEKS)))))


def _intermittent(numbers: Generator, first: int) -> Floats:
    sells = numbers.random(WEEKS) < numbers.uniform(0.12, 0.5)
    return np.where(sells, 1.0 + numbers.binomial(2, 0.15, WEEKS), 0.0)


def _lumpy(numbers: Generator, first: int) -> Floats:
    sells = numbers.random(WEEKS) < numbers.uniform(0.1, 0.4)
    return np.where(sells, np.maximum(1.0, np.round(np.exp(numbers.normal(1.6, 1.1, WEEKS)))), 0.0)


def _dying(numbers: Generator, first: int) -> Floats:
    middle, level = numbers.uniform(0.5, 0.85) * WEEKS, np.exp(numbers.normal(3.0, 0.5))
    alive = 1 / (1 + np.exp((np.arange(WEEKS) - middle) / 6.0))
    return _floats(numbers.poisson(level * alive))


def _new(numbers: Generator, first: int) -> Floats:
    age = np.maximum(0, np.arange(WEEKS) - first)
    level = np.exp(numbers.normal(3.0, 0.6))
    return _floats(numbers.poisson(level * (1 - np.exp(-(age + 1) / numbers.uniform(4, 14)))))


KINDS: Mapping[str, Callable[[Generator, int], Floats]] = {
    "smooth": _smooth,
    "seasonal": _seasonal,
    "erratic": _erratic,
    "intermittent": _intermittent,
    "lumpy": _lumpy,
    "dying": _dying,
    "new": _new,
}
