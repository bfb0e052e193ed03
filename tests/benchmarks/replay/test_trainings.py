"""Tests: how long a training takes."""

import pytest

from benchmarks.replay.trainings import training_of
from components.core.retraining import RetrainingAction, RetrainingDecision
from tests.benchmarks.replay.conftest import SHORT

START = RetrainingDecision(RetrainingAction.START, "drift", "Drift.")


def test_a_training_takes_its_hours() -> None:
    found = training_of(2, 3, SHORT, START, asked=False, dies=False)
    assert (found.begins, found.ends, found.gpu_hours, found.dies) == (50.0, 53.0, 3.0, None)


def test_one_that_dies_repeats_what_its_checkpoint_lacks() -> None:
    found = training_of(2, 3, SHORT, START, asked=False, dies=True)
    assert found.dies == pytest.approx(51.8)  # 60 % of 3 h after 50 h
    assert found.lost_hours == pytest.approx(0.3)  # its checkpoint is at 50 %
    assert found.ends == pytest.approx(51.8 + 28 + 1.5)
    assert found.gpu_hours == pytest.approx(3.3)


def test_a_person_who_asks_is_the_cause() -> None:
    assert training_of(2, 3, SHORT, START, asked=True, dies=False).cause == "asked"
