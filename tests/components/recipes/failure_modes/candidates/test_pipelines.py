"""Tests: pipelines stay small for a hundred thousand comments, and give scikit-learn's own probabilities."""

import subprocess
import sys

import numpy as np
import pytest

from components.recipes.failure_modes.candidates import LadderSettings
from components.recipes.failure_modes.candidates.pipelines import class_scores, fit
from components.recipes.failure_modes.candidates.training import Training
from tests import ROOT
from tests.components.recipes.failure_modes.comments import comments

MANY = """
import resource, sys
from components.recipes.failure_modes.candidates import LadderSettings, fit_candidate
from tests.components.recipes.failure_modes.comments import comments
texts, labels = comments()
many = [f"{texts[i % 72]} unit {i % 5000} bay {i % 97}" for i in range(100_000)]
fit_candidate(sys.argv[1], many, [labels[i % 72] for i in range(100_000)], LadderSettings(folds=2), seed=1)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("name", ["complement-naive-bayes", "logistic-regression", "linear-svm"])
def test_100000_comments_fit_into_two_gigabytes(name: str) -> None:
    found = subprocess.run([sys.executable, "-c", MANY, name], cwd=ROOT, check=True, capture_output=True, text=True)
    assert int(found.stdout.splitlines()[-1]) < 2 * 1024**3


@pytest.mark.parametrize("two", [False, True])
def test_margins_of_two_classes_become_two_columns_whose_larger_one_is_the_answer(two: bool) -> None:
    texts, labels = comments()
    kept = [i for i, label in enumerate(labels) if not two or label != "Heat"]
    training = Training([texts[i] for i in kept], [labels[i] for i in kept], LadderSettings(folds=2), 1)
    model = fit("linear-svm", training)
    scores = model.scorer.scores(training.texts)
    answers = model.scorer.pipeline.predict(list(training.texts))  # type: ignore[attr-defined]  # a PipelineScorer's
    assert [model.classes[k] for k in scores.argmax(1)] == answers.tolist()


def test_a_probability_of_zero_has_a_finite_score() -> None:
    class Certain:
        def predict_proba(self, _: object) -> np.ndarray:
            return np.array([[1.0, 0.0]])

    assert np.isfinite(class_scores(Certain(), None)).all()
