"""Training: LoRA layers that train on W + BA, merged for each call, where that is cheaper than two products beside W.

peft computes xW + (xA)B: six small products a layer and step beside the two large ones, and as many passes over the
activations. With the merged weight two of them and all those passes are saved, for one product of the size of W.
"""

from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import UNet2DConditionModel
from peft.tuners.lora.layer import Linear
from torch import Tensor, nn

ROWS = 2  # times the width of a layer: with fewer rows, merging costs more than it saves


class _MergedLinear(torch.autograd.Function):
    """x (W + s BA) + bias, with gradients for x, A and B alone."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, layer: nn.Linear, a: Tensor, b: Tensor, scaling: float) -> Tensor:
        merged = torch.addmm(layer.weight, b, a, alpha=scaling)
        ctx.save_for_backward(x, merged, a, b)
        ctx.scaling = scaling
        return F.linear(x, merged, layer.bias)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, ...]:
        x, merged, a, b = ctx.saved_tensors
        (gradient,) = gradients
        rows, outer = x.flatten(0, -2), gradient.flatten(0, -2)
        for_a = (outer @ b).mul_(ctx.scaling).t() @ rows
        for_b = outer.t() @ (rows @ a.t()).mul_(ctx.scaling)
        for_x = gradient @ merged if ctx.needs_input_grad[0] else None
        return for_x, None, for_a, for_b, None


def train_merged(unet: UNet2DConditionModel, name: str) -> None:
    """Let the LoRA layers of a UNet in fp32 train on merged weights. They compute as before where nothing is trained.

    In half precision merging would round, so nothing changes there.
    """
    for layer in unet.modules():
        if isinstance(layer, Linear) and _can_merge(layer, name):
            vars(layer)["forward"] = partial(_forward, layer, name)


def _can_merge(layer: Linear, name: str) -> bool:
    base, dropout = layer.get_base_layer(), layer.lora_dropout[name]
    return (
        isinstance(base, nn.Linear)
        and base.weight.dtype == torch.float32
        and isinstance(dropout, nn.Identity)
        and not layer.lora_variant
    )


def _forward(layer: Linear, name: str, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    base: Any = layer.get_base_layer()
    alone = not layer.disable_adapters and not layer.merged and layer.active_adapters == [name]
    worthwhile = x.numel() // x.shape[-1] >= ROWS * max(base.weight.shape)
    if not (torch.is_grad_enabled() and alone and worthwhile):
        found: Tensor = Linear.forward(layer, x, *args, **kwargs)
        return found
    a, b = layer.lora_A[name].weight, layer.lora_B[name].weight
    merged: Tensor = _MergedLinear.apply(x, base, a, b, layer.scaling[name])  # type: ignore[no-untyped-call]
    return merged
