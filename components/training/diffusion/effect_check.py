"""Training: the effect proof. A saved adapter changes what the UNet says, and loads as what it was in memory."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from torch import Tensor

from components.core.errors import CheckpointError
from components.training.diffusion.lora import NAME
from components.training.order import generator

PROOF = "proof"
SMALLEST_EFFECT = 1e-6  # of the base's output, by norm; an adapter without effect scores exactly 0
LARGEST_ERROR = 1e-3  # of the adapter's own effect, by norm, in fp32; a lost alpha scores 0.5 and more


@torch.no_grad()
def check_adapter_effect(pipeline: StableDiffusionPipeline, folder: Path) -> float:
    """Prove the adapter in `folder` against the one in the pipeline's memory, and return its effect.

    The folder is loaded the stock way (as `load_lora_weights` does), as MLflow and everybody else will. All is
    compared in fp32, so that rounding of half precision is not taken for an effect.

    Returns:
        Norm of the change of the UNet's output on fixed inputs, as a share of the base's output.

    Raises:
        CheckpointError: no effect, no number, or the loaded adapter differs from the one in memory.
    """
    unet = pipeline.unet
    training = unet.training
    unet.eval()
    with _full_precision(unet):
        inputs = _inputs(unet)
        memory = _answer(unet, inputs)
        unet.disable_adapters()
        base = _answer(unet, inputs)
        unet.enable_adapters()
        loaded = _answer_from_disk(pipeline, folder, inputs)
    unet.train(training)
    return _judge(base, memory, loaded, folder)


def _judge(base: Tensor, memory: Tensor, loaded: Tensor, folder: Path) -> float:
    change = float((memory - base).norm())
    effect = change / float(base.norm())
    if not effect > SMALLEST_EFFECT:
        raise CheckpointError(
            f"The adapter of {folder} changes the base model's output by {effect:.1e} of its norm, expected more than "
            f"{SMALLEST_EFFECT:.0e}: it has no effect; look at train.learning_rate and train.lora.targets."
        )
    error = float((loaded - memory).norm()) / change
    if not error <= LARGEST_ERROR:
        raise CheckpointError(
            f"The adapter of {folder} loads with an error of {error:.1e} of its effect, expected at most "
            f"{LARGEST_ERROR:.0e}: what was saved is not what was trained; train again."
        )
    return effect


def _answer_from_disk(pipeline: StableDiffusionPipeline, folder: Path, inputs: tuple[Tensor, ...]) -> Tensor:
    unet = pipeline.unet
    try:
        _load_stock(pipeline, folder)
        unet.set_adapter(PROOF)
        return _answer(unet, inputs)
    except (ValueError, KeyError, OSError, RuntimeError) as error:
        raise CheckpointError(f"The adapter of {folder} does not load: {error}. Train again.") from None
    finally:
        unet.set_adapter(NAME)
        if PROOF in unet.peft_config:
            unet.delete_adapters(PROOF)


def _load_stock(pipeline: StableDiffusionPipeline, folder: Path) -> None:
    """Do what `load_lora_weights` does for a UNet; it would also warn that the text encoder has no adapter."""
    tensors, alphas, metadata = pipeline.lora_state_dict(folder, return_lora_metadata=True)
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="Already found a `peft_config`"
        )  # two adapters for a moment: meant so
        pipeline.load_lora_into_unet(
            tensors, alphas, pipeline.unet, adapter_name=PROOF, _pipeline=pipeline, metadata=metadata
        )
    if PROOF not in pipeline.unet.peft_config:
        raise ValueError("diffusers finds no layer of the UNet for it")


def _inputs(unet: UNet2DConditionModel) -> tuple[Tensor, ...]:
    numbers = generator(0, "effect proof")
    side, channels, width = 16, unet.config.in_channels, unet.config.cross_attention_dim
    latents = torch.randn((2, channels, side, side), generator=numbers)
    embeddings = torch.randn((2, 8, width), generator=numbers)
    return latents.to(unet.device), torch.tensor([200, 700], device=unet.device), embeddings.to(unet.device)


def _answer(unet: UNet2DConditionModel, inputs: tuple[Tensor, ...]) -> Tensor:
    answer: Tensor = unet(*inputs, return_dict=False)[0]
    return answer


@contextmanager
def _full_precision(unet: UNet2DConditionModel) -> Iterator[None]:
    """Hold the frozen weights in fp32 meanwhile; half to fp32 and back changes no bit."""
    types = {name: parameter.dtype for name, parameter in unet.named_parameters()}
    try:
        for parameter in unet.parameters():
            parameter.data = parameter.data.float()
        yield
    finally:
        for name, parameter in unet.named_parameters():
            parameter.data = parameter.data.to(types.get(name, parameter.dtype))
