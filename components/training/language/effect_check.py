"""Training: the check that a saved adapter changes a language model's output, and loads as it was in memory."""

import warnings
from pathlib import Path
from typing import Any

import torch
from peft import PeftConfig
from peft.utils import load_peft_weights, set_peft_model_state_dict
from torch import Tensor

from components.training.adapter_effect import LOADED, measure_effect
from components.training.language.adapter_files import PREFIX
from components.training.order import generator

ROWS, LENGTH = 2, 24  # of the tokens that are compared


@torch.no_grad()
def check_adapter_effect(model: Any, folder: Path) -> float:
    """Compare the adapter in `folder`, loaded as stock transformers and PEFT load it, with the one in memory.

    Both are computed by the same layers in the same precision, so that equal weights give equal bits.

    Returns:
        The norm of the change of the logits for fixed tokens, as a share of the norm of the base's logits.

    Raises:
        CheckpointError: as `measure_effect`.
    """
    tokens = _tokens(model)
    return measure_effect(
        model, folder, lambda: _output(model, tokens), lambda: _load_stock(model, folder), model.delete_adapter
    )


def _load_stock(model: Any, folder: Path) -> None:
    """Do what `PeftModel.from_pretrained` does with its files, beside the adapter that the model has already."""
    with warnings.catch_warnings(action="ignore"):  # the model has two adapters for a moment, on purpose
        model.add_adapter(PeftConfig.from_pretrained(str(folder)), adapter_name=LOADED)
    model.set_adapter(LOADED)
    tensors = load_peft_weights(str(folder), device=str(model.device))
    named = {name.removeprefix(PREFIX): tensor for name, tensor in tensors.items()}
    result: Any = set_peft_model_state_dict(model, named, adapter_name=LOADED)
    if result.unexpected_keys:
        raise ValueError(f"no layer of the model is called {result.unexpected_keys[0]}")


def _tokens(model: Any) -> Tensor:
    size = int(model.config.vocab_size)
    tokens = torch.randint(size, (ROWS, LENGTH), generator=generator(0, "effect proof"))
    return tokens.to(model.device)


def _output(model: Any, tokens: Tensor) -> Tensor:
    logits: Tensor = model(input_ids=tokens, use_cache=False).logits
    return logits.float()
