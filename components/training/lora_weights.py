"""Training: the weights of the LoRA adapter in a model in memory: their names, start values and exchange."""

import math
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any, NoReturn

import torch
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from torch import Tensor

from components.core.errors import CheckpointError, ConfigError
from components.training.order import generator

NAME = "default"  # the adapter's name inside the model
LONGEST = 150  # characters of peft's own message in ours


def has_lora(model: Any) -> bool:
    return NAME in (getattr(model, "peft_config", None) or {})


def lora_parameters(model: Any) -> dict[str, torch.nn.Parameter]:
    """Return the adapter's parameters sorted by name, so that every process has the same order."""
    mark = f".{NAME}.weight"
    return {name: p for name, p in sorted(model.named_parameters()) if "lora_" in name and name.endswith(mark)}


def start_lora(model: Any, seed: int) -> list[torch.nn.Parameter]:
    """Give the adapter its start values in fp32, and return its parameters in name order.

    A is initialised from the seed as in peft (Kaiming uniform with a = sqrt 5), B is zero: it has no effect yet.
    """
    numbers = generator(seed, "lora")
    parameters = lora_parameters(model)
    for name, parameter in parameters.items():
        parameter.data = parameter.data.float()
        if "lora_A" in name and not parameter.is_meta:
            fresh = torch.empty(parameter.shape)
            torch.nn.init.kaiming_uniform_(fresh, a=math.sqrt(5), generator=numbers)
            parameter.data.copy_(fresh)
    return list(parameters.values())


def refuse_targets(lora: LoraConfig, error: Exception, layers: str) -> NoReturn:
    """Raise ConfigError: no layer has one of the target names, as peft said."""
    targets = ", ".join(sorted(lora.target_modules or ()))
    found = f"train.lora.targets are {targets} ({' '.join(str(error).split())[:LONGEST]})"
    raise ConfigError(found, expected=f"names of {layers}", act="correct train.lora.targets") from None


def has_form(model: Any, rank: int, alpha: int, targets: Set[str]) -> bool:
    """Return whether the model has an adapter of this form, so that its values alone need to change."""
    if not has_lora(model):
        return False
    lora = model.peft_config[NAME]
    return (lora.r, lora.lora_alpha, frozenset(lora.target_modules)) == (rank, alpha, frozenset(targets))


def lora_tensors(model: Any) -> dict[str, Tensor]:
    """Return the adapter's tensors, not copies, under their names on disk."""
    # Its default looks for the base's config on the hub, to learn whether embeddings were resized. Ours never are.
    found: dict[str, Tensor] = get_peft_model_state_dict(model, adapter_name=NAME, save_embedding_layers=False)
    return found


@torch.no_grad()
def copy_tensors(model: Any, tensors: Mapping[str, Tensor], folder: Path) -> None:
    """Give the adapter the values of the tensors of a folder, which must match it one to one.

    Raises:
        CheckpointError: they have other names or shapes, as those of an adapter of another base model have.
    """
    live = lora_tensors(model)
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
