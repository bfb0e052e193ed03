"""Tests: an adapter keeps its strength on disk, is swapped in place, and is refused if it does not fit the base."""

import copy
from pathlib import Path

import pytest
import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from peft import LoraConfig, get_peft_model
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from components.core.errors import CheckpointError, ConfigError
from components.core.records import Checkpoint
from components.training.diffusion import ADAPTER_FILE
from components.training.diffusion.adapter_files import adapter_digest, read_adapter
from components.training.diffusion.lora import (
    add_lora,
    lora_parameters,
    merged_adapter,
    remove_lora,
    save_adapter,
    swap_adapter,
)
from tests.components.training.diffusion.adapters import TARGETS, add_random_adapter, output


def test_stable_diffusion_1_5_gets_as_many_lora_parameters_as_the_reference_run_had() -> None:
    with torch.device("meta"):
        unet = UNet2DConditionModel(
            sample_size=64,
            down_block_types=("CrossAttnDownBlock2D",) * 3 + ("DownBlock2D",),
            up_block_types=("UpBlock2D",) + ("CrossAttnUpBlock2D",) * 3,
            block_out_channels=(320, 640, 1280, 1280),
            layers_per_block=2,
            cross_attention_dim=768,
            attention_head_dim=8,
        )
        parameters = add_lora(unet, LoraConfig(r=8, lora_alpha=16, target_modules=TARGETS), seed=0)
    assert sum(parameter.numel() for parameter in parameters) == 1_594_368


def test_an_alpha_other_than_the_rank_is_saved_and_loaded(pipeline: StableDiffusionPipeline, tmp_path: Path) -> None:
    add_random_adapter(pipeline.unet, rank=2, alpha=6)
    trained = output(pipeline.unet)
    save_adapter(pipeline.unet, tmp_path)
    remove_lora(pipeline.unet)
    base = output(pipeline.unet)

    pipeline.load_lora_weights(tmp_path)  # the stock way
    loaded = output(pipeline.unet)
    pipeline.unload_lora_weights()

    assert (trained - base).norm() > 0.01 * base.norm()
    assert torch.allclose(loaded, trained, atol=1e-6)
    assert read_adapter(tmp_path).alpha == 6


def test_the_same_seed_gives_the_same_adapter(pipeline: StableDiffusionPipeline, tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        add_random_adapter(pipeline.unet, seed)
        save_adapter(pipeline.unet, tmp_path / name)
    a, b, c = (adapter_digest(tmp_path / name) for name in "abc")
    assert a == b != c


def test_a_merged_adapter_computes_the_same_and_leaves_every_weight_bit_as_it_was(
    pipeline: StableDiffusionPipeline,
) -> None:
    add_random_adapter(pipeline.unet)
    apart = output(pipeline.unet)
    before = {name: value.clone() for name, value in pipeline.unet.state_dict().items()}
    with merged_adapter(pipeline.unet):
        merged = output(pipeline.unet)
        changed = [name for name, value in pipeline.unet.state_dict().items() if not value.equal(before[name])]
    assert changed
    assert torch.allclose(merged, apart, atol=1e-5)
    assert all(value.equal(before[name]) for name, value in pipeline.unet.state_dict().items())
    assert output(pipeline.unet).equal(apart)


def test_an_exception_inside_a_merged_block_leaves_every_weight_bit_as_it_was(
    pipeline: StableDiffusionPipeline,
) -> None:
    add_random_adapter(pipeline.unet)
    before = {name: value.clone() for name, value in pipeline.unet.state_dict().items()}
    with pytest.raises(KeyboardInterrupt), merged_adapter(pipeline.unet):
        raise KeyboardInterrupt
    assert all(value.equal(before[name]) for name, value in pipeline.unet.state_dict().items())


def test_an_adapter_is_not_merged_into_half_precision(pipeline: StableDiffusionPipeline) -> None:
    unet = copy.deepcopy(pipeline.unet).to(torch.bfloat16)
    add_random_adapter(unet)
    before = {name: value.clone() for name, value in unet.state_dict().items()}
    with merged_adapter(unet):
        assert all(value.equal(before[name]) for name, value in unet.state_dict().items())


def test_merging_changes_nothing_where_the_adapter_is_off(pipeline: StableDiffusionPipeline) -> None:
    add_random_adapter(pipeline.unet)
    swap_adapter(pipeline, None)
    base = output(pipeline.unet)
    with merged_adapter(pipeline.unet):
        assert output(pipeline.unet).equal(base)


def test_adapters_are_swapped_in_place_and_disabled(pipeline: StableDiffusionPipeline, tmp_path: Path) -> None:
    base = output(pipeline.unet)
    add_random_adapter(pipeline.unet, seed=1)
    first = output(pipeline.unet)
    save_adapter(pipeline.unet, tmp_path)
    add_random_adapter(pipeline.unet, seed=2)
    second, places = output(pipeline.unet), list(lora_parameters(pipeline.unet).values())
    checkpoint = Checkpoint(tmp_path, 1, adapter_digest(tmp_path))

    swap_adapter(pipeline, checkpoint)
    assert torch.equal(output(pipeline.unet), first)
    assert not torch.equal(first, second)
    assert all(a is b for a, b in zip(places, lora_parameters(pipeline.unet).values(), strict=True))
    swap_adapter(pipeline, None)
    assert torch.equal(output(pipeline.unet), base)
    swap_adapter(pipeline, checkpoint)
    assert torch.equal(output(pipeline.unet), first)


def test_an_adapter_of_another_rank_replaces_the_old_one(pipeline: StableDiffusionPipeline, tmp_path: Path) -> None:
    add_random_adapter(pipeline.unet, rank=3, alpha=12)
    expected = output(pipeline.unet)
    save_adapter(pipeline.unet, tmp_path)
    add_random_adapter(pipeline.unet, rank=2, alpha=2)
    swap_adapter(pipeline, Checkpoint(tmp_path, 1, ""))
    assert torch.equal(output(pipeline.unet), expected)


def test_an_adapter_in_pefts_layout_is_refused(pipeline: StableDiffusionPipeline, tmp_path: Path) -> None:
    model = get_peft_model(UNet2DConditionModel.from_config(pipeline.unet.config), LoraConfig(target_modules=TARGETS))
    model.save_pretrained(str(tmp_path))
    with pytest.raises(CheckpointError, match=r"PEFT's layout, expected pytorch_lora_weights\.safetensors"):
        swap_adapter(pipeline, Checkpoint(tmp_path, 1, ""))
    (tmp_path / "adapter_model.safetensors").rename(tmp_path / ADAPTER_FILE)
    with pytest.raises(CheckpointError, match=r"keys such as base_model\.model.* expected `unet\.\*`"):
        swap_adapter(pipeline, Checkpoint(tmp_path, 1, ""))


def test_an_adapter_without_its_alpha_is_refused(pipeline: StableDiffusionPipeline, tmp_path: Path) -> None:
    add_random_adapter(pipeline.unet)
    save_adapter(pipeline.unet, tmp_path)
    save_file(load_file(tmp_path / ADAPTER_FILE), tmp_path / ADAPTER_FILE)
    with pytest.raises(CheckpointError, match="no LoRA metadata"):
        swap_adapter(pipeline, Checkpoint(tmp_path, 1, ""))


@pytest.mark.parametrize("change", ["missing tensor", "other shape", "other name"])
def test_an_adapter_that_does_not_fit_the_base_is_refused(
    pipeline: StableDiffusionPipeline, tmp_path: Path, change: str
) -> None:
    add_random_adapter(pipeline.unet)
    save_adapter(pipeline.unet, tmp_path)
    with safe_open(tmp_path / ADAPTER_FILE, framework="pt") as file:
        metadata = file.metadata()
    tensors = load_file(tmp_path / ADAPTER_FILE)
    name = sorted(tensors)[0]
    tensor = tensors.pop(name)
    tensors |= {"missing tensor": {}, "other shape": {name: tensor[:1].clone()}, "other name": {f"{name}x": tensor}}[
        change
    ]
    save_file(tensors, tmp_path / ADAPTER_FILE, metadata=metadata)
    with pytest.raises(CheckpointError, match="does not fit the base model"):
        swap_adapter(pipeline, Checkpoint(tmp_path, 1, ""))


def test_the_message_about_unknown_layers_names_them(pipeline: StableDiffusionPipeline) -> None:
    with pytest.raises(ConfigError, match=r"train\.lora\.targets are to_nothing"):
        add_lora(pipeline.unet, LoraConfig(target_modules=["to_nothing"]), seed=0)
