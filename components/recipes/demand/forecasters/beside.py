"""Demand: features of prices and promotions: only of periods before a place, as a forecast knows no plan of the future.

A table with rows for sales alone says nothing of promotions in periods without a sale. A model that read the promotion
of the period it forecasts would learn that promotions always sell, so none reads it.
"""

from collections.abc import Sequence

import numpy as np

from components.recipes.demand.forecasters.rows import Array, Beside

RECENT = 8  # periods
COLUMNS = ("price_by_its_mean", "promotion_before", "promotions_lately")


def beside_columns(beside: Sequence[Beside | None], lengths: Sequence[int]) -> dict[str, Array]:
    """Return features of each place of histories that lie one after the other, each with one place after its end.

    NaN where a table says nothing, which LightGBM reads as unknown.
    """
    found = [_columns(one, length) for one, length in zip(beside, lengths, strict=True)]
    return {name: np.concatenate([columns[k] for columns in found]) for k, name in enumerate(COLUMNS)}


def _columns(beside: Beside | None, length: int) -> tuple[Array, Array, Array]:
    if beside is None:
        unknown = np.full(length + 1, np.nan)
        return unknown, unknown, unknown
    known = np.isfinite(beside.prices) & (beside.prices > 0)
    means = np.cumsum(np.where(known, beside.prices, 0.0)) / np.maximum(np.cumsum(known), 1)
    prices = np.log(np.where(known, beside.prices, np.nan) / np.where(means > 0, means, np.nan))
    sums = np.cumsum(np.append(0.0, beside.promotions))
    firsts = np.maximum(np.arange(length) + 1 - RECENT, 0)
    lately = (sums[1:] - sums[firsts]) / (np.arange(length) + 1 - firsts)
    first = np.array([np.nan])
    return tuple(np.concatenate([first, column]) for column in (prices, beside.promotions, lately))  # type: ignore[return-value]
