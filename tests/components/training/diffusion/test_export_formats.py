"""Tests: in every export format, stock loaders give the adapter the effect that it was trained with."""

import copy
from pathlib import Path

import peft
import pytest
import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig
from safetensors.torch import load_file

from components.core.errors import CheckpointError
from components.core.records import Checkpoint
from components.recipes.product_images import RECIPE
from components.training.diffusion import ADAPTER_FILE
from components.training.diffusion.export_formats import KOHYA_FILE
from components.training.diffusion.lora import add_lora, remove_lora, save_adapter
from tests.components.training.diffusion.test_lora import output

TARGETS = {
    "as in the models": ["to_q", "to_k", "to_v", "to_out.0"],
    "with convolutions": [
        "to_q",
        "proj_in",
        "proj_out",
        "conv1",
        "conv2",
        "conv_shortcut",
        "time_emb_proj",
        "ff.net.2",
    ],
}


@pytest.fixture(params=TARGETS)
def trained(
    request: pytest.FixtureRequest, pipeline: StableDiffusionPipeline, tmp_path: Path
) -> tuple[Checkpoint, torch.Tensor]:
    """An adapter whose alpha, 12, is three times its rank, and the output of the UNet with it."""
    numbers = torch.Generator().manual_seed(3)
    lora = LoraConfig(r=4, lora_alpha=12, target_modules=TARGETS[request.param])
    for parameter in add_lora(pipeline.unet, lora, seed=1):
        parameter.data = 0.05 * torch.randn(parameter.shape, generator=numbers)
    expected = output(pipeline.unet)
    (tmp_path / "trained").mkdir()
    save_adapter(pipeline.unet, tmp_path / "trained")
    remove_lora(pipeline.unet)
    assert (output(pipeline.unet) - expected).abs().max() > 1e-2
    return Checkpoint(tmp_path / "trained", 10, "abc", "org/base"), expected


def exported(checkpoint: Checkpoint, file_format: str) -> Path:
    folder = checkpoint.folder.with_name(file_format)
    folder.mkdir()
    RECIPE.exports[file_format](checkpoint, folder)
    return folder


@pytest.mark.filterwarnings("ignore:.*No LoRA keys associated to CLIPTextModel")
@pytest.mark.parametrize(("file_format", "file"), [("diffusers", ADAPTER_FILE), ("kohya", KOHYA_FILE)])
def test_diffusers_loads_its_own_format_and_kohyas(
    trained: tuple[Checkpoint, torch.Tensor], pipeline: StableDiffusionPipeline, file_format: str, file: str
) -> None:
    checkpoint, expected = trained
    pipeline.load_lora_weights(exported(checkpoint, file_format), weight_name=file)
    try:
        torch.testing.assert_close(output(pipeline.unet), expected, atol=1e-5, rtol=0)
    finally:
        pipeline.unload_lora_weights()


@pytest.mark.filterwarnings("ignore")  # peft warns that a UNet is not a language model
def test_peft_loads_its_own_format(trained: tuple[Checkpoint, torch.Tensor], pipeline: StableDiffusionPipeline) -> None:
    checkpoint, expected = trained
    model = peft.PeftModel.from_pretrained(copy.deepcopy(pipeline.unet), exported(checkpoint, "peft"))
    torch.testing.assert_close(output(model), expected, atol=1e-5, rtol=0)


def test_kohyas_format_has_its_names_and_alpha_in_every_layer(trained: tuple[Checkpoint, torch.Tensor]) -> None:
    tensors = load_file(exported(trained[0], "kohya") / KOHYA_FILE)
    layers = {name.split(".")[0] for name in tensors}
    kinds = {".lora_down.weight", ".lora_up.weight", ".alpha"}
    assert all(layer.startswith("lora_unet_") for layer in layers)
    assert tensors.keys() == {layer + kind for layer in layers for kind in kinds}
    assert {float(tensors[f"{layer}.alpha"]) for layer in layers} == {12.0}


def test_the_diffusers_format_is_a_copy_of_the_trained_file(trained: tuple[Checkpoint, torch.Tensor]) -> None:
    checkpoint, _ = trained
    written = exported(checkpoint, "diffusers") / ADAPTER_FILE
    assert written.read_bytes() == (checkpoint.folder / ADAPTER_FILE).read_bytes()


@pytest.mark.parametrize("file_format", RECIPE.exports)
def test_a_folder_without_an_adapter_is_not_exported(file_format: str, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="train again"):
        RECIPE.exports[file_format](Checkpoint(tmp_path, 10, "abc"), tmp_path)
