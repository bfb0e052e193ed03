"""Product descriptions: write a version in PEFT's layout, for transformers and peft without this project."""

import shutil
from pathlib import Path

from components.core.records import Checkpoint
from components.recipes.product_descriptions.version_files import adapter_folder
from components.training.language.adapter_files import CONFIG, WEIGHTS, read_adapter


def write_peft(checkpoint: Checkpoint, folder: Path) -> None:
    """Copy what `PeftModel.from_pretrained(base, folder)` loads byte for byte, after checking that it can be read."""
    source = adapter_folder(checkpoint.folder)
    read_adapter(source)
    for name in (CONFIG, WEIGHTS):
        shutil.copyfile(source / name, folder / name)
