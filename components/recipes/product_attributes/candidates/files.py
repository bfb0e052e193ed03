"""Product attributes: the files of a fitted model: arrays in safetensors, scalars in JSON, never pickle."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from components.core.errors import CheckpointError
from components.core.lazy import lazy
from components.recipes.product_attributes.candidates.model import RowModel

FORMAT = 1
ABOUT, ARRAYS = "model.json", "arrays.safetensors"
_HERE = "components.recipes.product_attributes.candidates"
KINDS: dict[str, Callable[..., RowModel]] = {
    "independent": lazy(f"{_HERE}.independent:load"),
    "tree": lazy(f"{_HERE}.tree:load"),
    "chain": lazy(f"{_HERE}.chain:load"),
    "autoregressive": lazy(f"{_HERE}.autoregressive:load"),
    "vae": lazy(f"{_HERE}.vae:load"),
}


def save_model(model: RowModel, folder: Path) -> None:
    """Write a model into a folder, which is made if it is missing."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    arrays, about = model.arrays()
    save_file({name: np.ascontiguousarray(array) for name, array in arrays.items()}, folder / ARRAYS)
    content = {"format": FORMAT, "kind": model.kind, **about}
    (folder / ABOUT).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def load_model(folder: Path) -> RowModel:
    """Read a model that `save_model` wrote. It generates the same rows.

    Raises:
        CheckpointError: the files are missing, or of another format.
    """
    from safetensors.numpy import load_file

    about = _about(folder / ABOUT)
    return KINDS[about["kind"]](load_file(folder / ARRAYS), about)


def _about(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise CheckpointError(f"{path.parent} has no {ABOUT}", expected="the files of a model", act="train again")
    about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if about.get("format") != FORMAT or about.get("kind") not in KINDS:
        found = f"{path} has format {about.get('format')} and kind {about.get('kind')!r}"
        raise CheckpointError(found, expected=f"format {FORMAT} and one of {', '.join(KINDS)}", act="train again")
    return about
