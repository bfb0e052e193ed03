"""Tests: quantities that are far above the usual are marked, and no others."""

import numpy as np

from components.recipes.demand.ingest.outliers import outliers


def test_a_hundred_times_the_usual_is_marked_and_twice_is_not() -> None:
    usual = np.array([5.0, 7.0, 6.0, 0.0, 9.0, 5.0, 8.0])
    assert outliers(np.append(usual, 700.0), 6.0) == [7]
    assert outliers(np.append(usual, 14.0), 6.0) == []


def test_two_pieces_are_usual_where_mostly_one_is_sold() -> None:
    assert outliers(np.array([1.0, 0.0, 1.0, 1.0, 2.0, 1.0, 1.0]), 6.0) == []


def test_of_few_sales_nobody_can_say_what_is_usual() -> None:
    assert outliers(np.array([1.0, 0.0, 1.0, 1.0, 900.0]), 6.0) == []
