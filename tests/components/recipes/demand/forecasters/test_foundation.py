"""Tests: foundation models: why one is skipped, and how quantiles of its answers are read."""

from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from components.core.errors import BaseModelError
from components.recipes.demand.forecasters import foundation
from components.recipes.demand.forecasters.foundation import (
    PACKAGES,
    between_deciles,
    family_of,
    load_foundation,
    missing_foundation,
)


def test_without_a_name_it_is_skipped() -> None:
    assert missing_foundation(None) == "train.foundation names no model"


@pytest.mark.parametrize("source", ["amazon/chronos-bolt-tiny", "google/timesfm-2.5-200m-pytorch"])
def test_a_missing_package_is_named(source: str) -> None:
    if find_spec(PACKAGES[family_of(source)]):
        pytest.skip("the package is installed")
    assert "which is not installed" in missing_foundation(source)
    with pytest.raises(BaseModelError, match=r"install it, or set train\.foundation: null"):
        load_foundation(source)


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    if not find_spec("chronos"):
        pytest.skip("chronos-forecasting is not installed")
    assert missing_foundation(str(tmp_path)) == f"{tmp_path} has no config.json"


def test_chronos_is_asked_for_our_levels_in_batches() -> None:
    asked: list[int] = []

    def predict_quantiles(contexts: Any, prediction_length: int, quantile_levels: list[float]) -> Any:
        asked.append(len(contexts))
        means = torch.stack([context.mean().repeat(prediction_length) for context in contexts])
        return means[:, :, None] * torch.tensor(quantile_levels), means

    model = foundation._Chronos(SimpleNamespace(predict_quantiles=predict_quantiles))
    means, quantiles = model.forecast([np.full(9, float(k)) for k in range(70)], 4, [0.5, 0.9])
    assert asked == [64, 6]
    assert means.shape == (70, 4)
    assert quantiles.shape == (70, 4, 2)
    assert np.allclose(quantiles[10], [[5.0, 9.0]] * 4)


def test_timesfm_answers_deciles_after_the_mean() -> None:
    def answer(horizon: int, inputs: list[Any]) -> Any:
        deciles = np.tile(np.arange(10.0), (len(inputs), horizon, 1))
        return deciles[:, :, 0], deciles

    means, quantiles = foundation._TimesFM(SimpleNamespace(forecast=answer)).forecast([np.ones(5)], 2, [0.1, 0.5])
    assert means.tolist() == [[0.0, 0.0]]
    assert quantiles.tolist() == [[[1.0, 5.0], [1.0, 5.0]]]


def test_levels_between_deciles_are_between_and_those_outside_are_the_outer_ones() -> None:
    deciles = np.arange(1.0, 10.0).reshape(1, 1, 9)
    assert np.allclose(between_deciles(deciles, [0.025, 0.25, 0.95])[0, 0], [1.0, 2.5, 9.0])
