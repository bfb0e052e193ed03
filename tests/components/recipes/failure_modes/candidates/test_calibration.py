"""Tests: overconfident scores become calibrated probabilities, by the simplest method that the rows support."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.metrics.classified import Classified, all_once
from components.metrics.ece import ece
from components.recipes.failure_modes.candidates.calibration import calibrated, fit_calibration
from components.recipes.failure_modes.candidates.calibration_methods import METHODS, temperature_log_loss
from tests.components.metrics.classifications import simulated


def folds(n: int) -> np.ndarray:
    return np.arange(n) % 5


@pytest.mark.parametrize("sharper", [0.3, 4.0])
def test_scores_that_are_too_sharp_or_too_flat_become_calibrated(sharper: float) -> None:
    truth = simulated(1500, 4, seed=1)
    scores = sharper * np.log(truth.probabilities)
    calibration, held_out = fit_calibration(scores, truth.labels, folds(1500))
    assert calibration.method == "temperature"
    assert "the simplest within one standard error" in calibration.reason
    assert ece(Classified(truth.labels, held_out), all_once(1500)) < 0.04
    fresh = simulated(1500, 4, seed=2)
    found = calibrated(calibration, sharper * np.log(fresh.probabilities))
    assert ece(Classified(fresh.labels, found), all_once(1500)) < 0.04


def test_scores_of_one_class_that_are_shifted_need_more_than_a_temperature() -> None:
    truth = simulated(600, 4, seed=1)
    scores = np.log(truth.probabilities) + np.array([2.0, 0, 0, 0])
    assert fit_calibration(scores, truth.labels, folds(600))[0].method == "sigmoid"


def test_isotonic_takes_part_from_1000_rows_on() -> None:
    few, many = (fit_calibration(np.log(t.probabilities), t.labels, folds(len(t.labels)))[0] for t in sets())
    assert "isotonic" not in few.reason
    assert "isotonic" in many.reason


def sets() -> tuple[Classified, Classified]:
    return simulated(999, 3, seed=1), simulated(1000, 3, seed=1)


@pytest.mark.parametrize("name", METHODS)
@given(seed=st.integers(0, 1000), scale=st.sampled_from([0.01, 1.0, 100.0]))
def test_any_scores_give_probabilities_that_sum_to_1(name: str, seed: int, scale: float) -> None:
    numbers = np.random.default_rng(seed)
    scores = scale * numbers.normal(size=(30, 3))
    labels = numbers.integers(0, 3, size=30)
    arrays = {**METHODS[name][0](scores, labels), "line": np.array([1.0, 0.0])}
    from components.recipes.failure_modes.candidates.calibration import Calibration

    found = calibrated(Calibration(name, arrays), scores)
    assert found.sum(1) == pytest.approx(1)
    assert (found > 0).all()


def test_a_rare_class_whose_scores_were_low_does_not_become_likely_where_they_are_low() -> None:
    truth = simulated(300, 3, seed=4)
    scores = np.concatenate([np.log(truth.probabilities), np.full((300, 1), -25.0)], axis=1)
    labels = truth.labels.copy()
    labels[0] = 3  # one row, of a class that its fold never saw
    calibration, _ = fit_calibration(scores, labels, folds(300))
    assert calibrated(calibration, scores)[1:, 3].max() < 0.05


def test_the_log_loss_of_the_search_does_not_depend_on_the_scale() -> None:
    truth = simulated(300, 3, seed=5)
    scores = np.log(truth.probabilities)
    assert temperature_log_loss(scores, truth.labels) == pytest.approx(
        temperature_log_loss(5 * scores, truth.labels), 1e-4
    )
