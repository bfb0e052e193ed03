"""Training: the check that a saved adapter changes a language model's output, and loads as it was in memory."""

import warnings
from pathlib import Path
from typing import Any

import torch
from peft import PeftConfig
from peft.utils import load_peft_weights, set_peft_model_state_dict
from safetensors import SafetensorError
from torch import Tensor

from components.core.errors import CheckpointError
from components.training.language.adapter_files import PREFIX
from components.training.language.lora import NAME
from components.training.order import generator

LOADED = "loaded"  # name of the adapter that is loaded from disk
SMALLEST_EFFECT = 1e-6  # share of the norm of the base's output; an adapter without effect has exactly 0
LARGEST_ERROR = 1e-3  # share of the norm of the adapter's effect; a lost alpha gives 0.5 or more
ROWS, LENGTH = 2, 24  # of the tokens that are compared


@torch.no_grad()
def check_adapter_effect(model: Any, folder: Path) -> float:
    """Compare the adapter in `folder`, loaded as stock transformers and PEFT load it, with the one in memory.

    Both are computed by the same layers in the same precision, so that equal weights give equal bits.

    Returns:
        The norm of the change of the logits for fixed tokens, as a share of the norm of the base's logits.

    Raises:
        CheckpointError: the effect is 0 or NaN, or the loaded adapter differs from the one in memory.
    """
    training = model.training
    model.eval()
    tokens = _tokens(model)
    memory = _output(model, tokens)
    model.disable_adapters()
    base = _output(model, tokens)
    model.enable_adapters()
    loaded = _output_from_disk(model, folder, tokens)
    model.train(training)
    return _compare(base, memory, loaded, folder)


def _compare(base: Tensor, memory: Tensor, loaded: Tensor, folder: Path) -> float:
    change = float((memory - base).norm())
    effect = change / float(base.norm())
    if not effect > SMALLEST_EFFECT:
        raise CheckpointError(
            f"The adapter of {folder} has no effect: it changes the base model's output by {effect:.1e} of its norm",
            expected=f"more than {SMALLEST_EFFECT:.0e}",
            act="check train.learning_rate and train.lora.targets",
        )
    error = float((loaded - memory).norm()) / change
    if not error <= LARGEST_ERROR:
        raise CheckpointError(
            f"The adapter of {folder} loads with an error of {error:.1e} of its effect",
            expected=f"at most {LARGEST_ERROR:.0e}",
            act="train again, since what was saved is not what was trained",
        )
    return effect


def _output_from_disk(model: Any, folder: Path, tokens: Tensor) -> Tensor:
    try:
        _load_stock(model, folder)
        return _output(model, tokens)
    except (ValueError, KeyError, OSError, RuntimeError, SafetensorError) as error:
        raise CheckpointError(f"The adapter of {folder} does not load ({error})", act="train again") from None
    finally:
        model.set_adapter(NAME)
        if LOADED in model.peft_config:
            model.delete_adapter(LOADED)


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
