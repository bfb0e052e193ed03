"""Tests: resamples pick groups with all their examples, and fit into memory."""

import numpy as np

from components.metrics.classified import MOST_CELLS, resampled_weights


def test_examples_of_a_group_are_picked_together() -> None:
    weights = resampled_weights(np.array([0, 1, 1, 2]), seed=1)
    assert weights.shape == (2000, 4)
    assert (weights[:, 1] == weights[:, 2]).all()
    assert (weights[:, [0, 1, 3]].sum(1) == 3).all()


def test_many_examples_have_fewer_resamples() -> None:
    weights = resampled_weights(np.arange(50_000), seed=1)
    assert 200 <= len(weights) <= MOST_CELLS / 50_000
