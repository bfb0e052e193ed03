"""Product images: begins a training with the adapter in production, which is copied so that a resume finds it."""

import json
import shutil
from pathlib import Path

from components.core.errors import CheckpointError
from components.core.files import new_folder
from components.core.records import Checkpoint
from components.recipes.product_images.config import LoraSettings
from components.training.diffusion import ADAPTER_FILE
from components.training.diffusion.adapter_files import Adapter, read_adapter

FOLDER, RECORD = "start", "start.json"
ACT = "change that back, or set train.warm_start to false"


def keep_start(folder: Path, start: Checkpoint | None) -> None:
    """Copy the adapter that a training begins with, unless it was begun already: Production may have moved since."""
    place = folder / FOLDER
    if place.is_dir():
        return
    with new_folder(place) as unfinished:
        record = {"digest": start.digest, "base": start.base_digest, "name": start.base_model} if start else {}
        (unfinished / RECORD).write_text(json.dumps(record), encoding="utf-8")
        if start:
            shutil.copyfile(start.folder / ADAPTER_FILE, unfinished / ADAPTER_FILE)


def start_folder(folder: Path, lora: LoraSettings, base: str, name: str) -> Path | None:
    """Return the folder of the adapter to begin with; None to begin with a new one.

    Args:
        folder: of the checkpoints, in which `keep_start` was called.
        lora: the settings of the training.
        base: the digest of its base model.
        name: the name of its base model, for the error.

    Raises:
        CheckpointError: the adapter has another rank, alpha or other targets, or was trained on another base model.
    """
    place = folder / FOLDER
    record = json.loads((place / RECORD).read_text(encoding="utf-8"))
    if not record:
        return None
    if record["base"] != base:
        raise CheckpointError(
            f"The adapter in production was trained on the base model {record['name']} ({record['base']})",
            expected=f"{name} ({base}), as train.warm_start continues it",
            act=ACT,
        )
    _require_form(read_adapter(place), lora)
    return place


def _require_form(adapter: Adapter, lora: LoraSettings) -> None:
    theirs = {"rank": adapter.rank, "alpha": adapter.alpha, "targets": sorted(adapter.targets)}
    ours = {"rank": lora.rank, "alpha": lora.alpha, "targets": sorted(lora.targets)}
    for name, value in theirs.items():
        if value != ours[name]:
            found = f"The adapter in production has {name} {value}"
            raise CheckpointError(found, expected=f"train.lora.{name} {ours[name]}, as train.warm_start needs", act=ACT)
