"""Training: the table of optimizers, and their state as tensors and numbers."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

Parameters = Sequence[torch.nn.Parameter]


def _adamw(parameters: Parameters, rate: float, decay: float) -> Optimizer:
    return torch.optim.AdamW(parameters, lr=rate, weight_decay=decay, fused=True)  # available on CPU, CUDA and MPS


def _of_bitsandbytes(name: str, parameters: Parameters, rate: float, decay: float) -> Optimizer:
    bitsandbytes: Any = import_module("bitsandbytes")  # imported on demand: it is slow and prints warnings
    optimizer: Optimizer = getattr(bitsandbytes.optim, name)(parameters, lr=rate, weight_decay=decay)
    return optimizer


OPTIMIZERS: Mapping[str, Callable[[Parameters, float, float], Optimizer]] = {
    "adamw": _adamw,
    "adamw8bit": partial(_of_bitsandbytes, "AdamW8bit"),
    "paged_adamw8bit": partial(_of_bitsandbytes, "PagedAdamW8bit"),  # its states may move to the CPU's memory
}


def optimizer_state(optimizer: Optimizer) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Return the state as (tensors, numbers), with keys such as `12.exp_avg`: parameter position and name."""
    tensors: dict[str, Tensor] = {}
    numbers: dict[str, Any] = {}
    for position, parameter in enumerate(_parameters(optimizer)):
        for name, value in optimizer.state[parameter].items():
            (tensors if isinstance(value, Tensor) else numbers)[f"{position}.{name}"] = value
    return tensors, numbers


def restore_optimizer(optimizer: Optimizer, tensors: Mapping[str, Tensor], numbers: Mapping[str, Any]) -> None:
    """Restore what `optimizer_state` returned. It is set directly, since `load_state_dict` would cast some tensors."""
    parameters = _parameters(optimizer)
    optimizer.state.clear()
    for key, value in {**tensors, **numbers}.items():
        position, _, name = key.partition(".")
        parameter = parameters[int(position)]
        optimizer.state[parameter][name] = value.to(parameter.device) if isinstance(value, Tensor) else value


def _parameters(optimizer: Optimizer) -> list[torch.nn.Parameter]:
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]
