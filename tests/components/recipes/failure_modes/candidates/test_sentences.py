"""Tests: sentence models from folders are used alone and beside TF-IDF, and lie in the version's own files."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from components.recipes.failure_modes.candidates import LADDER, LadderSettings, fit_candidate, load_model, save_model
from tests.components.recipes.failure_modes.comments import comments
from tests.components.recipes.failure_modes.tiny_models import static_model, tiny_transformer

UNSEEN = ["", "🔧", "pump leaking badly", "x" * 10_000]


@pytest.mark.parametrize("name", ["embeddings", "embeddings-and-tf-idf"])
def test_a_version_answers_the_same_without_the_sentence_models_that_it_was_fitted_with(
    name: str, tmp_path: Path
) -> None:
    models = tiny_transformer(tmp_path / "transformer"), static_model(tmp_path / "static")
    settings = LadderSettings(folds=2, sentence_models=[str(place) for place in models])
    texts, labels = comments()
    model = fit_candidate(name, texts, labels, settings, seed=1)
    save_model(model, tmp_path / "model")
    for place in models:
        shutil.rmtree(place)
    loaded = load_model(tmp_path / "model")
    assert np.allclose(model.probabilities(UNSEEN), loaded.probabilities(UNSEEN), atol=1e-6)
    assert {path.suffix for path in (tmp_path / "model").rglob("*") if path.is_file()} == {
        ".json",
        ".safetensors",
        ".skops",
    }


def test_a_named_model_that_is_missing_is_the_reason_to_skip(tmp_path: Path) -> None:
    reason = LADDER["embeddings"].missing(LadderSettings(sentence_models=[str(tmp_path)]))
    assert reason is not None
    assert "There is no sentence model" in reason
    assert "pip install" in reason
