"""Training: the check that a saved adapter changes the UNet's output, and loads as it was in memory."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from diffusers import UNet2DConditionModel
from torch import Tensor

from components.training.adapter_effect import LOADED, measure_effect
from components.training.diffusion.pipelines import Pipeline, placeholder_conditions
from components.training.order import generator

Inputs = tuple[Tensor, Tensor, Tensor, dict[str, Tensor] | None]  # latents, times, texts, added conditions


@torch.no_grad()
def check_adapter_effect(pipeline: Pipeline, folder: Path) -> float:
    """Compare the adapter in `folder` with the one in the pipeline's memory, and return its effect.

    The folder is loaded as `load_lora_weights` does it, which MLflow and other clients use. All outputs are compared in
    fp32, so that rounding in half precision does not look like an effect.

    Returns:
        The norm of the change of the UNet's output on fixed inputs, as a share of the norm of the base's output.

    Raises:
        CheckpointError: as `measure_effect`.
    """
    unet = pipeline.unet
    with _full_precision(unet):
        inputs = _inputs(unet)
        return measure_effect(
            unet, folder, lambda: _output(unet, inputs), lambda: _load_stock(pipeline, folder), unet.delete_adapters
        )


def _load_stock(pipeline: Pipeline, folder: Path) -> None:
    """Do what `load_lora_weights` does for a UNet, without its warning that the text encoder has no adapter."""
    tensors, alphas, metadata = pipeline.lora_state_dict(folder, return_lora_metadata=True)
    with warnings.catch_warnings():
        # The UNet has two adapters for a moment, on purpose.
        warnings.filterwarnings("ignore", message="Already found a `peft_config`")
        pipeline.load_lora_into_unet(
            tensors, alphas, pipeline.unet, adapter_name=LOADED, _pipeline=pipeline, metadata=metadata
        )
    if LOADED not in pipeline.unet.peft_config:
        raise ValueError("diffusers finds no layer of the UNet for it")


def _inputs(unet: UNet2DConditionModel) -> Inputs:
    numbers = generator(0, "effect proof")
    side, channels, width = 16, unet.config.in_channels, unet.config.cross_attention_dim
    latents = torch.randn((2, channels, side, side), generator=numbers)
    embeddings = torch.randn((2, 8, width), generator=numbers)
    added = placeholder_conditions(unet.config, len(latents), torch.randn, generator=numbers)
    conditions = {name: tensor.to(unet.device) for name, tensor in added.items()} if added else None
    return latents.to(unet.device), torch.tensor([200, 700], device=unet.device), embeddings.to(unet.device), conditions


def _output(unet: UNet2DConditionModel, inputs: Inputs) -> Tensor:
    *positional, added = inputs
    output: Tensor = unet(*positional, added_cond_kwargs=added, return_dict=False)[0]
    return output


@contextmanager
def _full_precision(unet: UNet2DConditionModel) -> Iterator[None]:
    """Convert the frozen weights to fp32 inside the block. Half precision to fp32 and back is exact."""
    types = {name: parameter.dtype for name, parameter in unet.named_parameters()}
    try:
        for parameter in unet.parameters():
            parameter.data = parameter.data.float()
        yield
    finally:
        for name, parameter in unet.named_parameters():
            parameter.data = parameter.data.to(types.get(name, parameter.dtype))
