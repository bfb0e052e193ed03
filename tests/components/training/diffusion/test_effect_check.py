"""Tests: an adapter without effect, or with an effect other than the trained one, is refused."""

from pathlib import Path

import pytest
import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig
from safetensors.torch import load_file, save_file

from components.core.errors import CheckpointError
from components.training.diffusion import ADAPTER_FILE
from components.training.diffusion.effect_check import check_adapter_effect
from components.training.diffusion.lora import add_lora, lora_parameters, save_adapter
from tests.components.training.diffusion.adapters import TARGETS, add_random_adapter, output
from tests.components.training.toy_base import make_toy_pipeline


def test_the_check_returns_the_effect_and_does_not_change_the_adapter(
    pipeline: StableDiffusionPipeline, tmp_path: Path
) -> None:
    add_random_adapter(pipeline.unet)
    save_adapter(pipeline.unet, tmp_path)
    before = output(pipeline.unet)
    assert 0.001 < check_adapter_effect(pipeline, tmp_path) < 1
    assert torch.equal(output(pipeline.unet), before)
    assert list(pipeline.unet.peft_config) == ["default"]
    assert all(parameter.requires_grad for parameter in lora_parameters(pipeline.unet).values())


def test_a_half_precision_base_is_checked_in_full_precision_and_keeps_its_bits(tmp_path: Path) -> None:
    pipeline = make_toy_pipeline().to(dtype=torch.bfloat16)
    add_random_adapter(pipeline.unet)
    save_adapter(pipeline.unet, tmp_path)
    before = {name: tensor.clone() for name, tensor in pipeline.unet.state_dict().items()}
    check_adapter_effect(pipeline, tmp_path)
    after = pipeline.unet.state_dict()
    assert before.keys() == after.keys()
    assert all(before[name].dtype == after[name].dtype and torch.equal(before[name], after[name]) for name in before)


def test_an_adapter_without_effect_is_refused(pipeline: StableDiffusionPipeline, tmp_path: Path) -> None:
    add_lora(pipeline.unet, LoraConfig(r=2, lora_alpha=4, target_modules=TARGETS), seed=0)
    save_adapter(pipeline.unet, tmp_path)
    with pytest.raises(CheckpointError, match="has no effect"):
        check_adapter_effect(pipeline, tmp_path)


def test_an_adapter_that_loads_with_other_weights_is_refused(pipeline: StableDiffusionPipeline, tmp_path: Path) -> None:
    add_random_adapter(pipeline.unet, seed=1)
    save_adapter(pipeline.unet, tmp_path)
    add_random_adapter(pipeline.unet, seed=2)
    with pytest.raises(CheckpointError, match="what was saved is not what was trained"):
        check_adapter_effect(pipeline, tmp_path)


def test_an_adapter_without_its_alpha_is_refused(pipeline: StableDiffusionPipeline, tmp_path: Path) -> None:
    add_random_adapter(pipeline.unet)
    save_adapter(pipeline.unet, tmp_path)
    save_file(load_file(tmp_path / ADAPTER_FILE), tmp_path / ADAPTER_FILE)  # without metadata
    with pytest.raises(CheckpointError, match="loads with an error"):
        check_adapter_effect(pipeline, tmp_path)
