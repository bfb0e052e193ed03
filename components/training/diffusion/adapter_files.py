"""Training: read and write LoRA adapters in diffusers' layout, with their metadata."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diffusers import StableDiffusionPipeline
from safetensors import SafetensorError, safe_open
from torch import Tensor

from components.core.contents import check_content
from components.core.errors import CheckpointError
from components.training.diffusion import ADAPTER_FILE
from components.training.tensor_digests import tensors_digest

METADATA_KEY = "lora_adapter_metadata"  # the key in diffusers.loaders.lora_base
PREFIX = "unet."
# Options of peft that change the strength of layers.
UNSUPPORTED = ("use_rslora", "use_dora", "rank_pattern", "alpha_pattern")


@dataclass(frozen=True, slots=True)
class Adapter:
    """A loaded adapter: tensors without their prefix, and the metadata that diffusers cannot infer from them."""

    tensors: Mapping[str, Tensor]
    rank: int
    alpha: int
    targets: frozenset[str]


def write_adapter(
    tensors: Mapping[str, Tensor],
    metadata: Mapping[str, Any],
    folder: Path,
    save: Callable[..., None] = StableDiffusionPipeline.save_lora_weights,
) -> None:
    """Write the adapter in diffusers' layout, with keys `unet.*` and metadata, without which alpha loads as the rank.

    Dropout is for training only: it is written as 0, since loaders would enable it. `save` is that of the pipeline's
    kind.
    """
    saved = {**metadata, "target_modules": sorted(metadata["target_modules"]), "lora_dropout": 0.0}
    save(
        folder,
        unet_lora_layers={name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in tensors.items()},
        unet_lora_adapter_metadata=saved,
        weight_name=ADAPTER_FILE,
    )


def read_adapter(folder: Path) -> Adapter:
    """Read the adapter of a checkpoint.

    Raises:
        CheckpointError: the file is missing or damaged, is in PEFT's layout, or has no alpha or more than one.
    """
    path = folder / ADAPTER_FILE
    if not path.is_file():
        raise _missing(folder)
    check_content(path)
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            found = json.loads((file.metadata() or {}).get(METADATA_KEY, "{}"))
    except (SafetensorError, OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read ({error})", expected="an adapter", act="train again") from None
    foreign = sorted(name for name in tensors if not name.startswith(PREFIX))
    if foreign or not tensors:
        raise CheckpointError(
            f"{path} has keys such as {foreign[0]}" if foreign else f"{path} has no tensors",
            expected="`unet.*` as diffusers writes them (others load without any effect)",
            act="train again, or convert the adapter",
        )
    return Adapter({name.removeprefix(PREFIX): tensor for name, tensor in tensors.items()}, *_metadata(path, found))


def adapter_digest(folder: Path) -> str:
    """Return 12 hex digits of the sha256 of names, shapes, types and values, without metadata and file layout.

    Raises:
        CheckpointError: as `read_adapter`.
    """
    return tensors_digest(read_adapter(folder).tensors)


def _metadata(path: Path, found: Mapping[str, Any]) -> tuple[int, int, frozenset[str]]:
    odd = [name for name in UNSUPPORTED if found.get(PREFIX + name)]
    if odd:
        raise CheckpointError(
            f"{path} was trained with {', '.join(odd)}, with which pictures are generated at the wrong strength",
            expected="plain LoRA of one rank and one alpha",
            act="train again without these options",
        )
    try:
        return int(found["unet.r"]), int(found["unet.lora_alpha"]), frozenset(found["unet.target_modules"])
    except KeyError as error:
        raise CheckpointError(
            f"{path} has no LoRA metadata ({error} is missing)",
            expected="rank, alpha and targets, without which it loads at the wrong strength",
            act="save it with metadata",
        ) from None


def _missing(folder: Path) -> CheckpointError:
    if (folder / "adapter_model.safetensors").exists() or (folder / "adapter_config.json").exists():
        return CheckpointError(
            f"{folder} has an adapter in PEFT's layout",
            expected=f"{ADAPTER_FILE}, since diffusers would load the other without any effect",
            act="save it with save_lora_weights",
        )
    act = "train again, or name another folder"
    return CheckpointError(f"{folder} has no {ADAPTER_FILE}", expected="a LoRA adapter", act=act)
