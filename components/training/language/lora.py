"""Training: add and swap LoRA adapters on a causal language model that is loaded once."""

from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig

from components.training.language.adapter_files import TASK, BaseName, read_adapter, write_adapter
from components.training.lora_weights import (
    NAME,
    copy_tensors,
    has_form,
    has_lora,
    lora_tensors,
    refuse_targets,
    start_lora,
)
from components.training.lora_weights import lora_parameters as lora_parameters  # part of what this module offers


def lora_form(rank: int, alpha: int, targets: frozenset[str], dropout: float = 0.0) -> LoraConfig:
    return LoraConfig(
        r=rank, lora_alpha=alpha, lora_dropout=dropout, target_modules=sorted(targets), task_type=TASK, bias="none"
    )


def add_lora(model: Any, lora: LoraConfig, seed: int) -> list[torch.nn.Parameter]:
    """Freeze the model, remove an earlier adapter, add a new one as `start_lora`, and return its parameters.

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
        refuse_targets(lora, error, "the model's layers")
    return start_lora(model, seed)


def save_adapter(model: Any, base: BaseName, folder: Path) -> None:
    """Write the model's adapter in PEFT's layout."""
    write_adapter(lora_tensors(model), model.peft_config[NAME], base, folder)


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
    if not has_form(model, adapter.rank, adapter.alpha, adapter.targets):
        add_lora(model, lora_form(adapter.rank, adapter.alpha, adapter.targets), seed=0)
    model.enable_adapters()
    copy_tensors(model, adapter.tensors, folder)
