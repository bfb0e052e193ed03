"""Tests: each candidate of the ladder fits, gives calibrated probabilities, and is the same again after loading."""

from pathlib import Path

import numpy as np
import pytest

from components.core.errors import DataError
from components.recipes.failure_modes.candidates import LADDER, LadderSettings, fit_candidate, load_model, save_model
from components.recipes.failure_modes.candidates.ladder import UnknownCandidateError
from tests.components.recipes.failure_modes.comments import comments

QUICK = ("majority", "complement-naive-bayes", "logistic-regression", "linear-svm", "gradient-boosted-trees")
UNSEEN = ["", "🔧🔥", "x" * 10_000, "la pompe fuit", "pump leaking badly"]


@pytest.mark.parametrize("name", QUICK)
def test_a_candidate_gives_probabilities_of_any_text_and_is_the_same_after_loading(name: str, tmp_path: Path) -> None:
    texts, labels = comments()
    model = fit_candidate(name, texts, labels, LadderSettings(folds=3), seed=1)
    save_model(model, tmp_path / "model")
    found = model.probabilities(UNSEEN)
    assert model.classes == ("Crack", "Heat", "Leak")
    assert found.shape == (5, 3)
    assert found.sum(1) == pytest.approx(1)
    assert np.array_equal(found, load_model(tmp_path / "model").probabilities(UNSEEN))
    assert model.probabilities([]).shape == (0, 3)


def test_an_unknown_candidate_is_named_beside_the_known_ones() -> None:
    with pytest.raises(UnknownCandidateError, match=r"No candidate is called 'forest'. Known candidates: .*majority"):
        fit_candidate("forest", ["a", "b"], ["x", "y"], LadderSettings(), seed=1)


def test_one_class_is_refused_in_one_sentence() -> None:
    with pytest.raises(DataError, match="All 2 rows have the label 'Leak', expected two classes at least: add"):
        fit_candidate("majority", ["a", "b"], ["Leak", "Leak"], LadderSettings(), seed=1)


def test_every_candidate_has_a_description_and_says_what_is_missing() -> None:
    for candidate in LADDER.values():
        assert candidate.description
        assert candidate.missing() is None or candidate.missing()
