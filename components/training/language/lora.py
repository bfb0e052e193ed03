"""Training: add, remove and swap LoRA adapters on a causal language model that is loaded once."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict
from torch import Tensor

from components.core.errors import CheckpointError, ConfigError
from components.training.language.adapter_files import TASK, Adapter, BaseName, read_adapter, write_adapter
from components.training.order import generator

NAME = "default"  # the adapter's name inside the model


def lora_form(rank: int, alpha: int, targets: frozenset[str], dropout: float = 0.0) -> LoraConfig:
    return LoraConfig(
        r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules=sorted(targets), task_type=TASK, bias="none"
    )


def add_lora(model: Any, lora: LoraConfig, seed: int) -> list[torch.nn.Parameter]:
    """Freeze the model, remove an earlier adapter, add a new one in fp32, and return its parameters in name order.

    A is initialised from the seed as in peft (Kaiming uniform with a = sqrt 5), B is zero: it has no effect yet.

    Raises:
        ConfigError: no layer of the model has one of the target names.
    """
    if has_lora(model):
        model.delete_adapter(NAME)
    model.requires_grad_(False)
    try:
        model.add_adapter(lora, adapter_name=NAME)
    except ValueError as error:
        if not getattr(model, "peft_config", None):
            model._hf_peft_config_loaded = False  # transformers says that it has one before peft looks for the layers
        targets = ", ".join(sorted(lora.target_modules or ()))
        found = f"train.lora.targets are {targets} ({' '.join(str(error).split())[:150]})"
        raise ConfigError(found, expected="names of the model's layers", act="correct train.lora.targets") from None
    numbers = generator(seed, "lora")
    parameters = lora_parameters(model)
    for name, parameter in parameters.items():
        parameter.data = parameter.data.float()
        if "lora_A" in name:
            fresh = torch.empty(parameter.shape)
            torch.nn.init.kaiming_uniform_(fresh, a=math.sqrt(5), generator=numbers)
            parameter.data.copy_(fresh)
    return list(parameters.values())


def has_lora(model: Any) -> bool:
    return NAME in (getattr(model, "peft_config", None) or {})


def lora_parameters(model: Any) -> dict[str, torch.nn.Parameter]:
    """Return the adapter's parameters sorted by name, so that every process has the same order."""
    mark = f".{NAME}.weight"
    return {name: p for name, p in sorted(model.named_parameters()) if "lora_" in name and name.endswith(mark)}


def save_adapter(model: Any, base: BaseName, folder: Path) -> None:
    """Write the model's adapter in PEFT's layout."""
    write_adapter(_tensors(model), model.peft_config[NAME], base, folder)


def swap_adapter(model: Any, folder: Path | None) -> None:
    """Make the model compute with the adapter in a folder, or as the base model alone for None.

    If the model already has an adapter of the same form, only its values change, which takes milliseconds.

    Raises:
        CheckpointError: the adapter cannot be read, or does not fit this base.
    """
    if folder is not None:
        load_adapter(model, folder)
    elif has_lora(model):
        model.disable_adapters()


def load_adapter(model: Any, folder: Path) -> None:
    """Make the model compute with the adapter in a folder; raises as `swap_adapter` does."""
    adapter = read_adapter(folder)
    if not _has_form_of(model, adapter):
        add_lora(model, lora_form(adapter.rank, adapter.alpha, adapter.targets), seed=0)
    model.enable_adapters()
    _copy(_tensors(model), adapter.tensors, folder)


def _has_form_of(model: Any, adapter: Adapter) -> bool:
    if not has_lora(model):
        return False
    lora = model.peft_config[NAME]
    return (lora.r, lora.lora_alpha, frozenset(lora.target_modules)) == (adapter.rank, adapter.alpha, adapter.targets)


def _tensors(model: Any) -> dict[str, Tensor]:
    """Return the adapter's tensors, not copies, under their names on disk."""
    found: dict[str, Tensor] = get_peft_model_state_dict(model, adapter_name=NAME)
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
