"""Tests: distances to the closest record agree with scikit-learn's nearest neighbours, and with Gower's by hand."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from components.metrics.closest_record import closest_distances


def test_categories_agree_with_the_hamming_distance_of_scikit_learn() -> None:
    numbers = np.random.default_rng(1)
    rows, others = (numbers.integers(0, 4, (count, 5)).astype(float) for count in (30, 40))
    expected = NearestNeighbors(n_neighbors=1, metric="hamming").fit(others).kneighbors(rows)[0][:, 0]
    assert closest_distances(rows, others, np.zeros(5, dtype=bool)) == pytest.approx(expected)


def test_numbers_count_by_their_range_and_missing_ones_are_far_from_all_but_each_other() -> None:
    others = np.array([[0.0, 0.0], [0.0, 100.0]])
    rows = np.array([[0.0, 25.0], [1.0, 0.0], [0.0, np.nan]])
    found = closest_distances(rows, others, np.array([False, True]))
    assert found == pytest.approx([0.125, 0.5, 0.5])
