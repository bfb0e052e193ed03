"""Tests: the calibration error equals torchmetrics', and is small for calibrated answers only."""

import numpy as np
import pytest
import torch
from hypothesis import given
from torchmetrics.functional.classification import multiclass_calibration_error

from components.metrics.classified import Classified, all_once
from components.metrics.ece import ece, reliability_diagram
from tests.components.metrics.classifications import answers, simulated


@pytest.mark.parametrize("seed", range(5))
def test_it_equals_torchmetrics(seed: int) -> None:
    found = simulated(400, 4, seed)
    probabilities, labels = torch.from_numpy(found.probabilities), torch.from_numpy(found.labels)
    expected = multiclass_calibration_error(probabilities, labels, 4, n_bins=10, norm="l1")
    assert ece(found, all_once(400)) == pytest.approx([float(expected)], abs=1e-6)


def test_calibrated_answers_have_a_small_one_and_overconfident_ones_a_large_one() -> None:
    found = simulated(20_000, 4, seed=1)
    sharp = found.probabilities**3
    overconfident = Classified(found.labels, sharp / sharp.sum(1, keepdims=True))
    assert ece(found, all_once(20_000)) < 0.01
    assert ece(overconfident, all_once(20_000)) > 0.1


@given(answers())
def test_the_diagram_has_every_example_and_gives_the_error(found: Classified) -> None:
    bins = reliability_diagram(found)
    n = len(found.labels)
    assert sum(b.n for b in bins) == n
    expected = sum(b.n * abs(b.accuracy - b.confidence) for b in bins) / n
    assert ece(found, all_once(n)) == pytest.approx([expected], abs=1e-12)
    assert all(b.low - 1e-12 <= b.confidence <= b.high + 1e-12 for b in bins)
    assert np.isfinite(expected)
