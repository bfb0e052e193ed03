"""Tests: labels that were planted wrong are found, and right ones are not suspected."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from components.recipes.failure_modes.analysis.label_noise import suspect_labels


def test_planted_wrong_labels_lead_the_list() -> None:
    numbers = np.random.default_rng(1)
    truth = numbers.integers(0, 3, size=120)
    held_out = np.full((120, 3), 0.1)
    held_out[np.arange(120), truth] = 0.8 - 0.1 * numbers.random(120)
    held_out /= held_out.sum(1, keepdims=True)
    labels = [str(k) for k in truth]
    for row in (5, 50, 100):
        labels[row] = str((truth[row] + 1) % 3)
    found = suspect_labels(held_out, labels, ["0", "1", "2"])
    assert {suspect.row for suspect in found} == {5, 50, 100}
    assert all(suspect.likely == str(truth[suspect.row]) for suspect in found)
    assert [s.margin for s in found] == sorted((s.margin for s in found), reverse=True)


@given(st.integers(0, 10**6))
def test_without_doubt_there_is_no_suspect(seed: int) -> None:
    truth = np.random.default_rng(seed).integers(0, 4, size=20)
    assert suspect_labels(np.eye(4)[truth], [str(k) for k in truth], list("0123")) == []
