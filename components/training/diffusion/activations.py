"""Training: whether gradient checkpointing is needed, from an estimate of what a step keeps in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from diffusers import UNet2DConditionModel
from peft import LoraConfig
from torch import Tensor
from torch._subclasses import FakeTensorMode
from torch.multiprocessing.reductions import StorageWeakRef

from components.training.diffusion.pipelines import placeholder_conditions

MARGIN = 1.3  # over what is kept: gradients of activations, workspaces of convolutions, fragments


@dataclass(frozen=True, slots=True)
class Batch:
    """The shapes of a micro-batch."""

    size: int
    side: int  # of the latents
    positions: int  # of the text embeddings


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """Whether activations are recomputed in the backward pass, and why."""

    checkpointing: bool
    reason: str

    def __str__(self) -> str:
        return f"{'on' if self.checkpointing else 'off'}: {self.reason}"


def plan_memory(setting: bool | str, kept: int, free: int) -> MemoryPlan:
    """Decide on gradient checkpointing: as the setting says, or if it is `auto`, where memory asks for it.

    Args:
        setting: True, False or `auto`.
        kept: the bytes that a micro-batch keeps for the backward pass without it.
        free: the bytes that are free on the device.
    """
    sizes = f"a micro-batch keeps some {kept / 1e9:.2f} GB of activations, and {free / 1e9:.1f} GB are free"
    if isinstance(setting, bool):
        return MemoryPlan(setting, f"train.gradient_checkpointing says so ({sizes})")
    return MemoryPlan(kept * MARGIN > free, sizes)


def estimate_kept(unet: UNet2DConditionModel, lora: LoraConfig, batch: Batch) -> int:
    """Return the bytes that a micro-batch keeps for the backward pass without gradient checkpointing.

    A copy of the UNet without numbers takes the forward pass: it needs no memory, and a second or two for SD 1.5.
    """
    with torch.device("meta"):
        copy = UNet2DConditionModel.from_config(unet.config).train().requires_grad_(False)
        copy.add_adapter(lora)
    with FakeTensorMode():
        fake = {name: _fake(tensor, unet.dtype) for name, tensor in copy.state_dict(keep_vars=True).items()}
        weights = {storage_of(tensor) for tensor in fake.values()}
        latents = torch.empty(batch.size, unet.config.in_channels, batch.side, batch.side, dtype=unet.dtype)
        texts = torch.empty(batch.size, batch.positions, unet.config.cross_attention_dim, dtype=unet.dtype)
        half = unet.dtype != torch.float32
        mixed = torch.autocast("cpu", torch.bfloat16, enabled=half)  # fp16 takes as many bytes
        with kept_for_backward() as sizes, mixed:
            inputs = (latents, torch.zeros(batch.size, dtype=torch.long), texts)
            added = placeholder_conditions(unet.config, batch.size)
            torch.func.functional_call(copy, fake, inputs, {"return_dict": False, "added_cond_kwargs": added})
    return sum(size for place, size in sizes.items() if place not in weights)


def _fake(tensor: Tensor, frozen: torch.dtype) -> Tensor:
    """Return a tensor without numbers on the CPU. What is trained is in fp32."""
    dtype = torch.float32 if tensor.requires_grad else frozen
    return torch.empty(tensor.shape, dtype=dtype, requires_grad=tensor.requires_grad)


def storage_of(tensor: Tensor) -> int:
    """Return a number of the memory that a tensor shares with its views."""
    reference: Any = StorageWeakRef(tensor.untyped_storage())  # type: ignore[no-untyped-call]
    return int(reference.cdata)


@contextmanager
def kept_for_backward() -> Iterator[dict[int, int]]:
    """Yield the bytes of each storage that autograd keeps inside the block, by the storage; parameters are kept too."""
    sizes: dict[int, int] = {}

    def keep(tensor: Tensor) -> Tensor:
        sizes[storage_of(tensor)] = tensor.untyped_storage().nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        yield sizes
