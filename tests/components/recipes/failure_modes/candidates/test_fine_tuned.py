"""Tests: a transformer is fine-tuned with a LoRA adapter in PEFT's layout, which has an effect after loading too."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from components.core.errors import BaseModelError
from components.recipes.failure_modes.candidates import LADDER, LadderSettings, fit_candidate, load_model, save_model
from components.recipes.failure_modes.candidates.settings import LoraSettings
from tests.components.recipes.failure_modes.comments import comments
from tests.components.recipes.failure_modes.tiny_models import tiny_transformer

NAME = "fine-tuned-transformer"


def settings(base: Path | str) -> LadderSettings:
    return LadderSettings(
        folds=2, lora=LoraSettings(base_model=str(base), epochs=12, learning_rate=1e-2, alpha=8, rank=4)
    )


def test_it_learns_and_is_the_same_after_loading_without_its_base_model(tmp_path: Path) -> None:
    base = tiny_transformer(tmp_path / "base")
    texts, labels = (rows[::2] for rows in comments())
    model = fit_candidate(NAME, texts, labels, settings(base), seed=1)
    again = fit_candidate(NAME, texts, labels, settings(base), seed=1)
    save_model(model, tmp_path / "model")
    shutil.rmtree(base)
    loaded = load_model(tmp_path / "model")
    found = model.probabilities(texts)
    assert (
        np.mean([model.classes[k] == label for k, label in zip(found.argmax(1), labels, strict=True)]) > 0.55
    )  # by chance 0.33
    assert np.array_equal(found, again.probabilities(texts))
    assert np.allclose(found, loaded.probabilities(texts), atol=1e-6)
    with_adapter = model.scorer.scores(texts[:4])
    with model.scorer.network.disable_adapter():  # type: ignore[attr-defined]  # a LoraScorer's
        assert np.abs(with_adapter - model.scorer.scores(texts[:4])).max() > 0.1
    adapter = json.loads((tmp_path / "model" / "adapter" / "adapter_config.json").read_text(encoding="utf-8"))
    assert (adapter["r"], adapter["lora_alpha"], adapter["base_model_name_or_path"]) == (4, 8, "base")


def test_without_a_base_model_it_is_skipped_with_the_reason_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    assert "train.lora.base_model is empty" in str(LADDER[NAME].missing(LadderSettings()))
    with pytest.raises(BaseModelError, match=r"The base model .* cannot be loaded"):
        fit_candidate(NAME, *comments(), settings(tmp_path), seed=1)
