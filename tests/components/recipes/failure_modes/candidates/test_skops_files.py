"""Tests: fitted estimators come back as they were, from files of few parts."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline

from components.recipes.failure_modes.candidates.pipelines import FEATURES, words_and_characters
from components.recipes.failure_modes.candidates.skops_files import load_fitted, save_fitted
from tests.components.recipes.failure_modes.comments import comments


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    texts, labels = comments()
    return Pipeline([("words", words_and_characters(FEATURES)), ("classify", LogisticRegression())]).fit(texts, labels)


def test_a_saved_pipeline_gives_the_same_probabilities(pipeline: Pipeline, tmp_path: Path) -> None:
    texts, _ = comments()
    before = pipeline.predict_proba(texts)
    save_fitted(pipeline, tmp_path / "one.skops")
    assert np.array_equal(load_fitted(tmp_path / "one.skops").predict_proba(texts), before)


def test_a_vocabulary_of_hundreds_of_words_is_not_as_many_files(pipeline: Pipeline, tmp_path: Path) -> None:
    words = sum(len(part.vocabulary_) for _, part in pipeline["words"].transformer_list)
    save_fitted({"words": pipeline["words"], "none": None}, tmp_path / "several.skops")
    with zipfile.ZipFile(tmp_path / "several.skops") as archive:
        assert len(archive.namelist()) < 20 < words
    assert load_fitted(tmp_path / "several.skops")["none"] is None
