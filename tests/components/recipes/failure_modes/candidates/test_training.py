"""Tests: the weights of rows follow the settings, and many rows have two folds."""

from typing import Any

import pytest

from components.recipes.failure_modes.candidates import LadderSettings
from components.recipes.failure_modes.candidates.training import MANY, Training


@pytest.mark.parametrize(
    ("weights", "expected"),
    [("none", [1, 1, 1, 1]), ("balanced", [2 / 3, 2 / 3, 2 / 3, 2]), ({"b": 5.0}, [1, 1, 1, 5])],
)
def test_rows_have_the_weight_of_their_class(weights: Any, expected: list[float]) -> None:
    training = Training(["t"] * 4, ["a", "a", "a", "b"], LadderSettings(class_weights=weights), 1)
    assert training.weights().tolist() == pytest.approx(expected)


def test_many_rows_have_two_folds_and_few_have_those_of_the_settings() -> None:
    texts = [f"comment {i}" for i in range(MANY + 1)]
    labels = ["a", "b"] * (len(texts) // 2) + ["a"]
    assert Training(texts, labels, LadderSettings(folds=5), 1).folds().max() == 1
    assert Training(texts[:100], labels[:100], LadderSettings(folds=5), 1).folds().max() == 4
