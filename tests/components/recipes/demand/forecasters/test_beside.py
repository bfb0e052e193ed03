"""Tests: features of prices and promotions: what each place knows, which is only what came before it."""

import numpy as np

from components.recipes.demand.forecasters.beside import COLUMNS, RECENT, beside_columns
from components.recipes.demand.forecasters.rows import Beside, beside_of

PRICES, PROMOTIONS = np.array([np.nan, 10.0, 10.0, 5.0]), np.array([0.0, 1.0, 0.0, 1.0])


def test_each_place_has_the_features_of_the_periods_before_it() -> None:
    price, before, lately = (beside_columns([Beside(PRICES, PROMOTIONS)], [4])[name] for name in COLUMNS)
    assert np.allclose(price, [np.nan, np.nan, 0.0, 0.0, np.log(5 / (25 / 3))], equal_nan=True)
    assert np.array_equal(before, [np.nan, 0, 1, 0, 1], equal_nan=True)
    assert np.allclose(lately, [np.nan, 0, 1 / 2, 1 / 3, 2 / 4], equal_nan=True)


def test_promotions_lately_are_those_of_the_last_periods() -> None:
    lately = beside_columns([Beside(np.ones(20), np.append(np.ones(10), np.zeros(10)))], [20])[COLUMNS[2]]
    assert (lately[10], lately[10 + RECENT // 2], lately[10 + RECENT]) == (1.0, 0.5, 0.0)


def test_a_series_without_prices_and_promotions_has_unknown_ones_beside_others_that_have_some() -> None:
    found = beside_columns([None, Beside(PRICES, PROMOTIONS)], [2, 4])
    assert all(np.isnan(column[:3]).all() for column in found.values())
    assert all(len(column) == 8 for column in found.values())


def test_a_table_with_prices_alone_has_no_promotion() -> None:
    found = beside_of([None, 2.0], None)
    assert found is not None
    assert found.promotions.tolist() == [0.0, 0.0]
    assert np.array_equal(found.prices, [np.nan, 2.0], equal_nan=True)
    assert beside_of(None, None) is None
