"""Tests: trees kept as arrays give scikit-learn's own probabilities."""

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.ensemble import HistGradientBoostingClassifier

from components.recipes.failure_modes.candidates.boosted_trees import TreesScorer, _nodes


class Columns:
    """Stands for the topics: the texts are numbers of rows."""

    def __init__(self, inputs: np.ndarray) -> None:
        self.inputs = inputs

    def transform(self, texts: list[str]) -> np.ndarray:
        return self.inputs[[int(text) for text in texts]]


@pytest.mark.parametrize("classes", [2, 4])
def test_they_equal_scikit_learns(classes: int) -> None:
    numbers = np.random.default_rng(classes)
    inputs = numbers.normal(size=(200, 5))
    labels = (inputs[:, 0] > 0) + (classes > 2) * (inputs[:, 1] > 0) * 2
    trees = HistGradientBoostingClassifier(max_iter=5, early_stopping=False).fit(inputs, labels)
    scorer = TreesScorer(Columns(inputs), _nodes(trees))  # type: ignore[arg-type]
    scores = scorer.scores([str(row) for row in range(200)])
    assert softmax(scores, axis=1) == pytest.approx(trees.predict_proba(inputs), abs=1e-9)
