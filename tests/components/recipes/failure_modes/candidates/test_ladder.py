"""Tests: each candidate of the ladder fits, gives calibrated probabilities, and is the same again after loading."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.core.errors import DataError
from components.recipes.failure_modes.candidates import LADDER, LadderSettings, fit_candidate, load_model, save_model
from components.recipes.failure_modes.candidates.ladder import UnknownCandidateError
from components.recipes.failure_modes.candidates.model import FittedModel
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


@pytest.mark.parametrize("name", ["complement-naive-bayes", "logistic-regression", "linear-svm"])
@pytest.mark.parametrize("weights", ["none", "balanced", {"Rare": 3.0}])
def test_a_class_of_one_row_is_known_and_disturbs_nothing(name: str, weights: Any) -> None:
    texts, labels = comments()
    chosen = LadderSettings(folds=3, class_weights=weights)
    model = fit_candidate(name, [*texts, "paint faded"], [*labels, "Rare"], chosen, seed=1)
    assert model.classes == ("Crack", "Heat", "Leak", "Rare")
    answers = [model.classes[k] for k in model.probabilities(texts).argmax(1)]
    assert np.mean([a == b for a, b in zip(answers, labels, strict=True)]) > 0.8


@pytest.mark.parametrize("name", QUICK)
def test_two_classes_and_few_rows_are_enough(name: str) -> None:
    texts, labels = ["pump leaks", "hose leaks", "boom cracked", "weld cracked"], ["Leak", "Leak", "Crack", "Crack"]
    model = fit_candidate(name, texts, labels, LadderSettings(), seed=1)
    assert model.probabilities(["pump"]).sum() == pytest.approx(1)


@pytest.mark.parametrize("texts", [["", " ", "\t"], ["a", "a", "b"]])
def test_texts_that_say_nothing_are_refused_in_one_sentence(texts: list[str]) -> None:
    with pytest.raises(DataError, match="add labelled rows, or merge rare classes"):
        fit_candidate("logistic-regression", texts, ["x", "x", "y"], LadderSettings(), seed=1)


@settings(max_examples=25)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_any_text_gets_probabilities(texts: list[str]) -> None:
    found = fitted_once().probabilities(texts)
    assert found.sum(1) == pytest.approx(1)
    assert (found > 0).all()


@cache
def fitted_once() -> FittedModel:
    return fit_candidate("logistic-regression", *comments(), LadderSettings(folds=2), seed=1)
