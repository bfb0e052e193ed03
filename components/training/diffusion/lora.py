"""Training: add, remove and swap LoRA adapters on a UNet in memory, on a base model that is loaded once."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from peft import LoraConfig
from peft.tuners.lora import LoraLayer
from peft.utils import get_peft_model_state_dict
from torch import Tensor

from components.core.errors import CheckpointError, ConfigError
from components.core.records import Checkpoint
from components.training.diffusion.adapter_files import Adapter, read_adapter, write_adapter
from components.training.diffusion.pipelines import Pipeline
from components.training.order import generator

NAME = "default"  # the adapter's name inside the UNet


def add_lora(unet: UNet2DConditionModel, lora: LoraConfig, seed: int) -> list[torch.nn.Parameter]:
    """Freeze the UNet, remove an earlier adapter, add a new one in fp32, and return its parameters in name order.

    A is initialised from the seed as in peft (Kaiming uniform with a = sqrt 5), B is zero: it has no effect yet.

    Raises:
        ConfigError: no layer of the UNet has one of the target names.
    """
    remove_lora(unet)
    unet.requires_grad_(False)
    try:
        unet.add_adapter(lora, adapter_name=NAME)
    except ValueError as error:
        unet.unload_lora()  # removes the partly added adapter
        targets = ", ".join(sorted(lora.target_modules or ()))
        found = f"train.lora.targets are {targets} ({error})"
        raise ConfigError(found, expected="names of the UNet's layers", act="correct train.lora.targets") from None
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
    """Return the adapter's parameters sorted by name, so that every process has the same order."""
    mark = f".{NAME}.weight"
    return {name: p for name, p in sorted(unet.named_parameters()) if "lora_" in name and name.endswith(mark)}


def save_adapter(unet: UNet2DConditionModel, folder: Path, pipeline: type[Pipeline] = StableDiffusionPipeline) -> None:
    """Write the UNet's adapter in diffusers' layout, with its LoRA metadata, as this kind of pipeline does it."""
    metadata: dict[str, Any] = unet.peft_config[NAME].to_dict()
    write_adapter(_tensors(unet), metadata, folder, pipeline.save_lora_weights)


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
    if not _has_form_of(unet, adapter):
        lora = LoraConfig(r=adapter.rank, lora_alpha=adapter.alpha, target_modules=sorted(adapter.targets))
        add_lora(unet, lora, seed=0)
    unet.enable_adapters()
    _copy(_tensors(unet), adapter.tensors, folder)


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


def _has_form_of(unet: UNet2DConditionModel, adapter: Adapter) -> bool:
    if not has_lora(unet):
        return False
    lora = unet.peft_config[NAME]
    return (lora.r, lora.lora_alpha, frozenset(lora.target_modules)) == (adapter.rank, adapter.alpha, adapter.targets)


def _tensors(unet: UNet2DConditionModel) -> dict[str, Tensor]:
    """Return the adapter's tensors, not copies, under their names on disk."""
    found: dict[str, Tensor] = get_peft_model_state_dict(unet, adapter_name=NAME)
    return found


@torch.no_grad()
def _copy(live: Mapping[str, Tensor], tensors: Mapping[str, Tensor], folder: Path) -> None:
    shapes = {name: tuple(tensor.shape) for name, tensor in live.items()}
    wrong = sorted(set(shapes.items()) ^ {(name, tuple(tensor.shape)) for name, tensor in tensors.items()})
    if wrong:
        name, shape = wrong[0]
        raise CheckpointError(
            f"The adapter in {folder} does not fit the base model (only one of them has {name} {shape})",
            expected="the base model that it was trained on",
            act="correct base.model, or train again",
        )
    for name, tensor in live.items():
        tensor.copy_(tensors[name])
