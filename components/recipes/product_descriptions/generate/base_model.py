"""Product descriptions: open the base model; it is never trained, and never downloaded here."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig
from transformers.utils import logging

from components.core.errors import BaseModelError, CheckpointError
from components.core.records import Checkpoint
from components.recipes.product_descriptions.base_settings import BaseSettings
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.generate.base_folder import (
    CHOOSE,
    EXPECTED,
    base_digest,
    base_folder,
    weight_files,
)
from components.recipes.product_descriptions.version_files import adapter_folder
from components.training.device import choose_device
from components.training.language import lora
from components.training.language.quantize import keep_weights, quantize_nf4
from components.training.language.tokens import require_end
from components.training.precision import Precision, choose_precision

NF4: Any = BitsAndBytesConfig  # transformers has no types for these two
QUIET: Any = logging.disable_progress_bar  # we show our own progress
BYTES_A_PARAMETER = 2  # the least that a parameter takes on disk; only the order of magnitude matters here

# A process has one base model and adapters are swapped in place, so subjects generate one after the other.
BASE_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class OpenBase:
    """The base model with its tokenizer. The adapter, if any, is the one that `swap_adapter` put there last."""

    model: Any  # a PreTrainedModel of transformers, whose adapters peft adds
    tokenizer: Any


def open_base(config: ProductDescriptionsConfig) -> OpenBase:
    """Return the frozen base on the chosen device in the chosen precision. The process keeps the last one.

    Raises:
        BaseModelError: it is missing, is no causal language model, or its tokenizer has no end token.
        ConfigError: the precision does not work on this device.
    """
    return open_settings(config.base, config.train.precision)


def open_settings(base: BaseSettings, precision: str) -> OpenBase:
    """Return the base of a version, which has these settings; raises as `open_base`."""
    dtype = precision_of(base, precision).dtype
    return _open(base_folder(base), base.gguf, base.quantization, choose_device(), dtype)


def precision_of(base: BaseSettings, precision: str) -> Precision:
    """Return the precision of the base on this machine, and why; raises as `open_base`."""
    files = weight_files(base_folder(base), base.gguf)
    parameters = sum(path.stat().st_size for path in files) // BYTES_A_PARAMETER
    return choose_precision(precision, choose_device(), parameters)


def swap_adapter(opened: OpenBase, checkpoint: Checkpoint | None) -> None:
    """Make the base compute with the checkpoint's adapter, or alone for None.

    Raises:
        CheckpointError: the adapter cannot be read, or does not fit.
    """
    lora.swap_adapter(opened.model, None if checkpoint is None else adapter_folder(checkpoint.folder))
    opened.model.eval()


def require_same_base(base: BaseSettings, checkpoint: Checkpoint | None) -> None:
    """Raise CheckpointError if the adapter was trained on another base; its shapes may be the same."""
    folder = base_folder(base)
    expected = checkpoint.base_digest if checkpoint else ""
    if expected and base_digest(folder) != expected:
        raise CheckpointError(
            f"The base model in {folder} has the digest {base_digest(folder)}",
            expected=f"{expected}, on which the version was trained",
            act="put that base model back, or train again",
        )


@lru_cache(maxsize=1)
def _open(folder: Path, gguf: str | None, quantization: str, device: torch.device, dtype: torch.dtype) -> OpenBase:
    QUIET()
    files: dict[str, Any] = {"gguf_file": gguf} if gguf else {"use_safetensors": True}
    quantized = quantization == "nf4" and gguf is None
    if quantized:  # quantized while it is read, as the whole of a large model would not fit into memory
        settings = NF4(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype, bnb_4bit_use_double_quant=True
        )
        files |= {"quantization_config": settings, "device_map": {"": device}}
    try:
        tokenizer = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, **({"gguf_file": gguf} if gguf else {})
        )
        model: Any = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, local_files_only=True, **files)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, SafetensorError) as error:
        found = f"The base model in {folder} does not load ({_brief(error)})"
        raise BaseModelError(found, expected=EXPECTED, act=CHOOSE) from None
    require_end(tokenizer, str(folder))
    model.requires_grad_(False).eval()
    if quantized:
        keep_weights(model)
    else:
        model.to(device)
        if quantization == "nf4":
            quantize_nf4(model, dtype)
    return OpenBase(model, tokenizer)


def _brief(error: Exception) -> str:
    return " ".join(str(error).split())[:200].rstrip(".")
