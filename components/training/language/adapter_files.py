"""Training: read and write LoRA adapters in PEFT's layout: adapter_config.json and adapter_model.safetensors."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peft import LoraConfig
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from components.core.contents import check_content
from components.core.errors import CheckpointError
from components.training.tensor_digests import tensors_digest

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
PREFIX = "base_model.model."  # of every tensor in the file
TASK = "CAUSAL_LM"
# Options of peft that change the strength of layers.
UNSUPPORTED = ("use_rslora", "use_dora", "rank_pattern", "alpha_pattern")


@dataclass(frozen=True, slots=True)
class Adapter:
    """A loaded adapter: tensors without their prefix, and what cannot be inferred from them."""

    tensors: Mapping[str, Tensor]
    rank: int
    alpha: int
    targets: frozenset[str]


@dataclass(frozen=True, slots=True)
class BaseName:
    """How adapter_config.json names the base model: a hub id with its revision, or a folder."""

    name: str
    revision: str | None = None


def write_adapter(tensors: Mapping[str, Tensor], lora: LoraConfig, base: BaseName, folder: Path) -> None:
    """Write what `PeftModel.from_pretrained(model, folder)` loads.

    Dropout is for training only: it is written as 0, since loaders would enable it.
    """
    saved = LoraConfig(
        r=lora.r,
        lora_alpha=lora.lora_alpha,
        target_modules=sorted(lora.target_modules or ()),
        base_model_name_or_path=base.name,
        revision=base.revision,
        task_type=TASK,
        inference_mode=True,
    )
    saved.save_pretrained(str(folder))
    _sort(folder / CONFIG)
    named = {PREFIX + name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in tensors.items()}
    save_file(named, folder / WEIGHTS, metadata={"format": "pt"})


def read_adapter(folder: Path) -> Adapter:
    """Read the adapter of a checkpoint.

    Raises:
        CheckpointError: a file is missing or damaged, has other keys, or lacks rank, alpha or targets.
    """
    for path in (folder / CONFIG, folder / WEIGHTS):
        if not path.is_file():
            raise CheckpointError(f"{folder} has no {path.name}", expected="a LoRA adapter", act="train again")
        check_content(path)
    path = folder / WEIGHTS
    try:
        tensors = load_file(path)
        settings = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read ({error})", expected="an adapter", act="train again") from None
    foreign = sorted(name for name in tensors if not name.startswith(PREFIX))
    if foreign or not tensors:
        raise CheckpointError(
            f"{path} has keys such as {foreign[0]}" if foreign else f"{path} has no tensors",
            expected=f"`{PREFIX}*` as PEFT writes them (others load without any effect)",
            act="train again, or convert the adapter",
        )
    return Adapter({name.removeprefix(PREFIX): tensor for name, tensor in tensors.items()}, *_form(folder, settings))


def adapter_digest(folder: Path) -> str:
    """Return 12 hex digits of the sha256 of names, shapes, types and values of the tensors.

    Raises:
        CheckpointError: as `read_adapter`.
    """
    return tensors_digest(read_adapter(folder).tensors)


def _form(folder: Path, found: Mapping[str, Any]) -> tuple[int, int, frozenset[str]]:
    odd = [name for name in UNSUPPORTED if found.get(name)]
    if odd:
        raise CheckpointError(
            f"{folder / CONFIG} has {', '.join(odd)}, with which texts are generated at the wrong strength",
            expected="plain LoRA of one rank and one alpha",
            act="train again without these options",
        )
    try:
        return int(found["r"]), int(found["lora_alpha"]), frozenset(found["target_modules"])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"{folder / CONFIG} lacks a setting ({error})",
            expected="r, lora_alpha and target_modules",
            act="train again",
        ) from None


def _sort(path: Path) -> None:
    """Write the settings in the order of their names: PEFT keeps targets in a set, whose order changes."""
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["target_modules"] = sorted(settings["target_modules"])
    path.write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n", encoding="utf-8")
