"""Tests: the ensemble gives votes to the models that lower the held-out log loss, and is the same after loading."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from components.core.errors import DataError
from components.recipes.failure_modes.candidates import (
    LadderSettings,
    fit_candidate,
    load_model,
    read_notes,
    save_model,
)
from components.recipes.failure_modes.candidates.ensemble import WORTHLESS, adds_nothing, choose_votes
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


def test_an_ensemble_that_is_not_clearly_better_than_its_best_member_says_so_and_a_better_one_says_nothing() -> None:
    rng, labels = np.random.default_rng(3), np.array([0, 1] * 200)
    truth = np.eye(2)[labels]
    member = np.clip(0.6 * truth + 0.4 * rng.dirichlet([1, 1], 400), 0.01, 0.99)
    best = SimpleNamespace(name="linear-svm", held_out=member)
    sentence = adds_nothing("soft-voting", best, member, labels)  # type: ignore[arg-type]
    assert sentence.startswith("soft-voting adds nothing to its best member, linear-svm: its log loss on 400 held-out")
    assert adds_nothing("soft-voting", best, 0.5 * member + 0.5 * truth, labels) == ""  # type: ignore[arg-type]


def test_the_note_of_an_ensemble_can_be_read_without_the_model(tmp_path: Path) -> None:
    texts, labels = comments()
    same = fit_candidate("logistic-regression", texts, labels, LadderSettings(folds=3), seed=1)
    model = fit_candidate("soft-voting", texts, labels, LadderSettings(folds=3), seed=1, done=[same, same])
    save_model(model, tmp_path / "model")
    assert "adds nothing to its best member, logistic-regression" in read_notes(tmp_path / "model")[WORTHLESS]


def test_one_model_is_no_ensemble() -> None:
    with pytest.raises(DataError, match="The ensemble has 0 candidates"):
        fit_candidate("soft-voting", *comments(), LadderSettings(), seed=1)
