"""Tests: A, B, C by value, X, Y, Z by variation."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from components.recipes.demand.classes.abc_xyz import abc_classes, variation, xyz_class


def test_the_product_that_crosses_a_limit_belongs_to_the_better_class() -> None:
    assert abc_classes([79.0, 2.0, 14.0, 5.0]) == ["A", "C", "A", "B"]


def test_products_without_value_are_c() -> None:
    assert abc_classes([0.0, 0.0]) == ["C", "C"]
    assert abc_classes([10.0, 0.0]) == ["A", "C"]


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=50))
def test_a_product_of_a_higher_value_is_never_in_a_worse_class(values: list[float]) -> None:
    found = sorted(zip(values, abc_classes(values), strict=True), key=lambda pair: -pair[0])
    by_value = [letter for value, letter in found if value not in [v for v, _ in found if values.count(v) > 1]]
    assert by_value == sorted(by_value)


def test_variation_counts_periods_without_a_sale() -> None:
    assert variation(np.array([4.0, 0.0])) == 1.0
    assert xyz_class(np.array([4.0, 0.0])) == "Y"
    assert xyz_class(np.array([0.0, 0.0])) == "Z"
