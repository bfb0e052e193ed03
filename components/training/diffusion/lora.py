"""Training: a LoRA adapter on a UNet in memory: put there, taken out, exchanged in place on a base loaded once."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from torch import Tensor

from components.core.errors import CheckpointError, ConfigError
from components.core.records import Checkpoint
from components.training.diffusion.adapter_files import Adapter, read_adapter, write_adapter
from components.training.order import generator

NAME = "default"  # the adapter's name inside the UNet


def add_lora(unet: UNet2DConditionModel, lora: LoraConfig, seed: int) -> list[torch.nn.Parameter]:
    """Freeze the UNet, take out an earlier adapter, add a new one in fp32, and return its parameters in name order.

    A is drawn from the seed as peft does it (uniform, Kaiming with a = sqrt 5), B is zero: it has no effect yet.

    Raises:
        ConfigError: no layer of the UNet has one of the target names.
    """
    remove_lora(unet)
    unet.requires_grad_(False)
    try:
        unet.add_adapter(lora, adapter_name=NAME)
    except ValueError as error:
        unet.unload_lora()  # what was begun is taken out again
        targets = ", ".join(sorted(lora.target_modules or ()))
        raise ConfigError(f"train.lora.targets are {targets}, expected names of the UNet's layers: {error}") from None
    numbers = generator(seed, "lora")
    for name, parameter in lora_parameters(unet).items():
        parameter.data = parameter.data.float()
        if "lora_A" in name and not parameter.is_meta:
            fresh = torch.empty(parameter.shape)
            torch.nn.init.kaiming_uniform_(fresh, a=math.sqrt(5), generator=numbers)
            parameter.data.copy_(fresh)
    return list(lora_parameters(unet).values())


def remove_lora(unet: UNet2DConditionModel) -> None:
    if has_lora(unet):
        unet.unload_lora()


def has_lora(unet: UNet2DConditionModel) -> bool:
    return NAME in getattr(unet, "peft_config", {})


def lora_parameters(unet: UNet2DConditionModel) -> dict[str, torch.nn.Parameter]:
    """Return the adapter's parameters by name, sorted, so that their order is the same in every process."""
    mark = f".{NAME}.weight"
    return {name: p for name, p in sorted(unet.named_parameters()) if "lora_" in name and name.endswith(mark)}


def save_adapter(unet: UNet2DConditionModel, folder: Path) -> None:
    """Write the UNet's adapter with diffusers' key names and its LoRA metadata."""
    metadata: dict[str, Any] = unet.peft_config[NAME].to_dict()
    write_adapter(_tensors(unet), metadata, folder)


def swap_adapter(pipeline: StableDiffusionPipeline, checkpoint: Checkpoint | None) -> None:
    """Make the pipeline draw with the checkpoint's adapter, or with the bare base where that is None.

    Where an adapter of the same form is there already, only its values change (milliseconds). Every tensor of the file
    finds its place and every place its tensor.

    Raises:
        CheckpointError: the adapter cannot be read, or does not fit this base.
    """
    unet = pipeline.unet
    if checkpoint is None:
        if has_lora(unet):
            unet.disable_adapters()
        return
    adapter = read_adapter(checkpoint.folder)
    if not _is_alike(unet, adapter):
        lora = LoraConfig(r=adapter.rank, lora_alpha=adapter.alpha, target_modules=sorted(adapter.targets))
        add_lora(unet, lora, seed=0)
    unet.enable_adapters()
    _put(_tensors(unet), adapter.tensors, checkpoint.folder)


def _is_alike(unet: UNet2DConditionModel, adapter: Adapter) -> bool:
    if not has_lora(unet):
        return False
    lora = unet.peft_config[NAME]
    return (lora.r, lora.lora_alpha, frozenset(lora.target_modules)) == (adapter.rank, adapter.alpha, adapter.targets)


def _tensors(unet: UNet2DConditionModel) -> dict[str, Tensor]:
    """Return the adapter's live tensors under the names they have on disk."""
    found: dict[str, Tensor] = get_peft_model_state_dict(unet, adapter_name=NAME)
    return found


@torch.no_grad()
def _put(places: Mapping[str, Tensor], tensors: Mapping[str, Tensor], folder: Path) -> None:
    shapes = {name: tuple(tensor.shape) for name, tensor in places.items()}
    wrong = sorted(set(shapes.items()) ^ {(name, tuple(tensor.shape)) for name, tensor in tensors.items()})
    if wrong:
        name, shape = wrong[0]
        raise CheckpointError(
            f"The adapter in {folder} does not fit the base model ({name} {shape} stands on one side only): "
            "expected the base model that it was trained on."
        )
    for name, place in places.items():
        place.copy_(tensors[name])
