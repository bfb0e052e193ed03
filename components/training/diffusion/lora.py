"""Training: add, remove and swap LoRA adapters on a UNet in memory, on a base model that is loaded once."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from peft import LoraConfig
from peft.tuners.lora import LoraLayer
from torch import Tensor

from components.core.records import Checkpoint
from components.training.diffusion.adapter_files import read_adapter, write_adapter
from components.training.diffusion.pipelines import Pipeline
from components.training.lora_weights import NAME as NAME  # these two are part of what this module offers
from components.training.lora_weights import (
    copy_tensors,
    has_form,
    has_lora,
    lora_tensors,
    refuse_targets,
    start_lora,
)
from components.training.lora_weights import lora_parameters as lora_parameters


def add_lora(unet: UNet2DConditionModel, lora: LoraConfig, seed: int) -> list[torch.nn.Parameter]:
    """Freeze the UNet, remove an earlier adapter, add a new one as `start_lora`, and return its parameters.

    Raises:
        ConfigError: no layer of the UNet has one of the target names.
    """
    remove_lora(unet)
    unet.requires_grad_(False)
    try:
        unet.add_adapter(lora, adapter_name=NAME)
    except ValueError as error:
        unet.unload_lora()  # removes the partly added adapter
        refuse_targets(lora, error, "the UNet's layers")
    return start_lora(unet, seed)


def remove_lora(unet: UNet2DConditionModel) -> None:
    if has_lora(unet):
        unet.unload_lora()


def save_adapter(unet: UNet2DConditionModel, folder: Path, pipeline: type[Pipeline] = StableDiffusionPipeline) -> None:
    """Write the UNet's adapter in diffusers' layout, with its LoRA metadata, as this kind of pipeline does it."""
    metadata: dict[str, Any] = unet.peft_config[NAME].to_dict()
    write_adapter(lora_tensors(unet), metadata, folder, pipeline.save_lora_weights)


def swap_adapter(pipeline: Pipeline, checkpoint: Checkpoint | None) -> None:
    """Make the pipeline generate with the checkpoint's adapter, or with the base model alone for None.

    If the UNet already has an adapter of the same form, only its values change, which takes milliseconds. The tensors
    of the file and of the UNet must match one to one.

    Raises:
        CheckpointError: the adapter cannot be read, or does not fit this base.
    """
    unet = pipeline.unet
    if checkpoint is None:
        if has_lora(unet):
            unet.disable_adapters()
        return
    load_adapter(unet, checkpoint.folder)


def load_adapter(unet: UNet2DConditionModel, folder: Path) -> None:
    """Make the UNet compute with the adapter in a folder; raises as `swap_adapter` does."""
    adapter = read_adapter(folder)
    if not has_form(unet, adapter.rank, adapter.alpha, adapter.targets):
        lora = LoraConfig(r=adapter.rank, lora_alpha=adapter.alpha, target_modules=sorted(adapter.targets))
        add_lora(unet, lora, seed=0)
    unet.enable_adapters()
    copy_tensors(unet, adapter.tensors, folder)


@contextmanager
def merged_adapter(unet: UNet2DConditionModel) -> Iterator[None]:
    """Compute with W + BA in place of W inside the block, which saves two products a layer; W is restored bit by bit.

    Outputs differ in their last bits from those of the separate adapter. Without an active adapter nothing changes, nor
    in half precision: the 8 bits of a bf16 weight would lose most of a small BA.
    """
    active = [module for module in unet.modules() if isinstance(module, LoraLayer) and not module.disable_adapters]
    layers = [layer for layer in active if _weight(layer).dtype == torch.float32]
    weights = [_weight(layer) for layer in layers]
    originals = [weight.detach().clone() for weight in weights]
    try:
        for layer in layers:
            layer.merge()
        yield
    finally:
        _restore(layers, weights, originals)


def _weight(layer: LoraLayer) -> Tensor:
    weight: Tensor = layer.get_base_layer().get_parameter("weight")
    return weight


@torch.no_grad()
def _restore(layers: Sequence[LoraLayer], weights: Sequence[Tensor], originals: Sequence[Tensor]) -> None:
    for layer, weight, original in zip(layers, weights, originals, strict=True):
        if layer.merged:
            layer.unmerge()
        weight.copy_(original)  # unmerging alone would leave rounding errors
