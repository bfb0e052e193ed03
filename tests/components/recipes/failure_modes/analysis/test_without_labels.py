"""Tests: for calibrated confidence the estimated accuracy covers the true one 19 times in 20."""

import math

import numpy as np

from components.recipes.failure_modes.analysis.without_labels import estimated_accuracy, monitored


def test_the_interval_covers_the_accuracy_of_these_comments() -> None:
    covered = 0
    for seed in range(300):
        numbers = np.random.default_rng(seed)
        confidence = numbers.beta(4, 2, size=200)
        accuracy = (numbers.random(200) < confidence).mean()
        found = estimated_accuracy(confidence)
        covered += found.low <= accuracy <= found.high
    assert covered >= 0.93 * 300


def test_one_comment_or_none_says_nothing() -> None:
    assert math.isnan(estimated_accuracy(np.array([])).value)
    assert (estimated_accuracy(np.array([0.7])).low, estimated_accuracy(np.array([0.7])).high) == (0, 1)


def test_the_columns_for_drift_have_a_value_for_each_comment() -> None:
    found = monitored(np.array([[0.9, 0.1], [0.4, 0.6]]), ["Leak", "Crack"], ["", "empty"])
    assert found == {"answer": ["Leak", "Crack"], "confidence": [0.9, 0.6], "abstained": ["answered", "empty"]}
