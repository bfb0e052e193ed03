"""Tests: the four classes of Syntetos and Boylan at their thresholds."""

import numpy as np
import pytest

from components.recipes.demand.classes.demand_class import adi, cv2, demand_class, demand_class_rule


@pytest.mark.parametrize(
    ("quantities", "name"),
    [
        ([5, 6, 5, 6, 5, 6], "smooth"),
        ([1, 30, 2, 1, 40, 1], "erratic"),
        ([5, 0, 0, 5, 0, 6], "intermittent"),
        ([1, 0, 0, 40, 0, 2], "lumpy"),
        ([0, 0, 0, 0], "none"),
        ([0, 0, 7, 0], "intermittent"),
    ],
)
def test_each_class_is_told_by_how_often_and_how_evenly_a_product_sells(quantities: list[float], name: str) -> None:
    assert demand_class(np.array(quantities, dtype=float)) == name


def test_a_product_at_a_threshold_is_seldom_or_uneven() -> None:
    sells = np.array([4.0, 4.0, 4.0, 0.0])
    assert adi(sells) == pytest.approx(4 / 3)
    assert demand_class(sells, longest_adi=4 / 3) == "intermittent"
    assert demand_class(sells, longest_adi=1.34) == "smooth"
    sizes = np.array([1.0, 3.0])
    assert cv2(sizes) == pytest.approx(0.5)
    assert demand_class(sizes, largest_cv2=0.5) == "erratic"


def test_the_rule_names_the_thresholds_of_the_yaml() -> None:
    assert "below 1.5 periods" in demand_class_rule(1.5, 0.4)
    assert "(CV2) is below 0.4" in demand_class_rule(1.5, 0.4)
