"""Tests: the forecasts that candidates share, brought to the levels that are scored."""

import numpy as np

from components.recipes.demand.evaluate.answers import at_levels


def test_quantiles_of_another_service_level_are_between_those_that_a_version_learnt() -> None:
    found = at_levels(np.array([[[0.0, 10.0, 20.0]]]), (0.5, 0.9, 0.99), (0.5, 0.7, 0.99))
    assert np.allclose(found, [[[0.0, 5.0, 20.0]]])


def test_the_same_levels_are_left_as_they_are() -> None:
    values = np.ones((2, 3, 2))
    assert at_levels(values, [0.5, 0.9], (0.5, 0.9)) is values
