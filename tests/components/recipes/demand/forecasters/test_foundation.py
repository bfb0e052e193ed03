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
from components.recipes.demand.forecasters.past import past_forecasts
from tests.components.recipes.demand.settings import Log
from tests.components.recipes.demand.trained import config, snapshot

LEVELS = (0.025, 0.5, 0.95)


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

    model = foundation._TimesFM(SimpleNamespace(forecast=answer, compile=lambda config: None), dict)
    means, quantiles = model.forecast([np.ones(5)], 2, [0.1, 0.5])
    assert means.tolist() == [[0.0, 0.0]]
    assert quantiles.tolist() == [[[1.0, 5.0], [1.0, 5.0]]]


def test_levels_between_deciles_are_between_and_those_outside_are_the_outer_ones() -> None:
    deciles = np.arange(1.0, 10.0).reshape(1, 1, 9)
    assert np.allclose(between_deciles(deciles, [0.025, 0.25, 0.95])[0, 0], [1.0, 2.5, 9.0])


ODD = [np.arange(9.0), np.ones(700), np.zeros(3), np.array([2.0])]  # the second is longer than the context


def tiny_chronos(folder: Path) -> Path:
    """Save a Chronos-Bolt of a few thousand random weights, as the hub has larger ones."""
    from chronos.chronos_bolt import ChronosBoltModelForForecasting
    from transformers import T5Config

    config = T5Config(
        vocab_size=2,
        d_model=16,
        d_kv=8,
        d_ff=32,
        num_layers=1,
        num_heads=2,
        pad_token_id=0,
        eos_token_id=1,
        decoder_start_token_id=0,
    )
    levels = [k / 10 for k in range(1, 10)]
    sizes = {"context_length": 64, "prediction_length": 8, "input_patch_size": 8, "input_patch_stride": 8}
    config.chronos_config = {**sizes, "quantiles": levels, "use_reg_token": True}
    config.chronos_pipeline_class = "ChronosBoltPipeline"
    torch.manual_seed(0)
    ChronosBoltModelForForecasting(config).save_pretrained(folder)
    return folder


def tiny_timesfm(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Save a TimesFM of one narrow layer; the library has one size, so its definition is made smaller first."""
    import dataclasses

    import timesfm
    from timesfm.timesfm_2p5.timesfm_2p5_torch import TimesFM_2p5_200M_torch_module as Module

    large = Module.config
    width = {"hidden_dims": 16}
    layer = dataclasses.replace(large.stacked_transformers.transformer, model_dims=16, hidden_dims=16, num_heads=2)
    small = dataclasses.replace(
        large,
        tokenizer=dataclasses.replace(large.tokenizer, output_dims=16, **width),
        stacked_transformers=dataclasses.replace(large.stacked_transformers, num_layers=1, transformer=layer),
        output_projection_point=dataclasses.replace(large.output_projection_point, input_dims=16, **width),
        output_projection_quantiles=dataclasses.replace(large.output_projection_quantiles, input_dims=16, **width),
    )
    monkeypatch.setattr(Module, "config", small)
    timesfm.TimesFM_2p5_200M_torch(torch_compile=False).save_pretrained(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("family", ["chronos", "timesfm"])
def test_a_model_of_a_folder_is_loaded_and_forecasts(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not find_spec(PACKAGES[family]):
        pytest.skip(f"{foundation.PACKAGE_NAMES[family]} is not installed")
    folder = tmp_path / family
    place = tiny_chronos(folder) if family == "chronos" else tiny_timesfm(folder, monkeypatch)
    assert missing_foundation(str(place)) == ""
    model = load_foundation(str(place))
    for horizon in (4, 20, 140):
        means, quantiles = model.forecast(ODD, horizon, LEVELS)
        assert means.shape == (len(ODD), horizon)
        assert quantiles.shape == (len(ODD), horizon, len(LEVELS))
        assert np.isfinite(means).all()
        assert np.isfinite(quantiles).all()
    assert np.allclose(model.forecast(ODD[:1], 4, LEVELS)[0], model.forecast(ODD, 4, LEVELS)[0][:1], atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("family", ["chronos", "timesfm"])
def test_damaged_weights_leave_the_method_out_with_the_reason(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not find_spec(PACKAGES[family]):
        pytest.skip(f"{foundation.PACKAGE_NAMES[family]} is not installed")
    folder = tmp_path / family
    place = tiny_chronos(folder) if family == "chronos" else tiny_timesfm(folder, monkeypatch)
    (place / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(BaseModelError, match="cannot be loaded"):
        load_foundation(str(place))
    settings = config({"methods": ["naive", "foundation"], "foundation": str(place)})
    found = past_forecasts(settings, snapshot(4).splits["train"], Log())
    assert found.methods == ("naive",)
    assert "cannot be loaded" in found.skipped["foundation"]
