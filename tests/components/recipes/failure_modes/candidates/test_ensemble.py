"""Tests: the ensemble gives votes to the models that lower the held-out log loss, and is the same after loading."""

from pathlib import Path

import numpy as np
import pytest

from components.core.errors import DataError
from components.recipes.failure_modes.candidates import LadderSettings, fit_candidate, load_model, save_model
from components.recipes.failure_modes.candidates.ensemble import choose_votes
from tests.components.recipes.failure_modes.comments import comments


def test_it_averages_earlier_models_and_is_the_same_after_loading(tmp_path: Path) -> None:
    texts, labels = comments()
    names = ("complement-naive-bayes", "logistic-regression")
    done = [fit_candidate(name, texts, labels, LadderSettings(folds=3), seed=1) for name in names]
    model = fit_candidate("soft-voting", texts, labels, LadderSettings(folds=3), seed=1, done=done)
    save_model(model, tmp_path / "model")
    unseen = ["", "pump leaking badly"]
    assert np.array_equal(model.probabilities(unseen), load_model(tmp_path / "model").probabilities(unseen))


def test_a_useless_model_gets_no_vote_and_complementary_ones_share_them() -> None:
    labels = np.array([0, 0, 1, 1])
    first = np.array([[0.9, 0.1], [0.4, 0.6], [0.1, 0.9], [0.1, 0.9]])
    second = np.array([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.6, 0.4]])
    wrong = 1 - first
    assert set(choose_votes([first, second, wrong], labels)) == {0, 1}


def test_one_model_is_no_ensemble() -> None:
    with pytest.raises(DataError, match="The ensemble has 0 candidates"):
        fit_candidate("soft-voting", *comments(), LadderSettings(), seed=1)
