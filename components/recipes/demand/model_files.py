"""Demand: the files of a version, and the digest of its weights: JSON, safetensors, LightGBM's and XGBoost's texts."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.core.errors import CheckpointError
from components.core.files import digest_of, file_digest

FORM = 2  # raise it when the files of known versions mean something else
ABOUT, POLICY, PRODUCTS = "about.json", "policy.json", "products.json"
OFFSETS, HISTORIES, PAST = "offsets.safetensors", "histories.safetensors", "past.safetensors"
TREES = "trees"
OF_CHECKPOINTS = ("state.json", "state.safetensors")  # of a checkpoint's folder, but not of the model


def model_folder(folder: Path) -> Path:
    """Return the folder that has the model: the checkpoint itself, or the one that MLflow's pyfunc put into `data`.

    Raises:
        CheckpointError: there is none.
    """
    for place in (folder, *sorted(path for path in folder.glob("*") if path.is_dir())):
        if (place / POLICY).is_file():
            return place
    raise CheckpointError(f"{folder} has no {POLICY}", expected="one", act="train again")


def weights_digest(folder: Path) -> str:
    """Return the digest of a model's files (12 hex digits)."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in OF_CHECKPOINTS)
    return digest_of({path.relative_to(folder).as_posix(): file_digest(path) for path in files})


def write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def read_json(path: Path) -> Mapping[str, Any]:
    """Read a JSON object that this version of the code can use.

    Raises:
        CheckpointError: it is missing, damaged or of another form.
    """
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        form = found["form"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(
            f"{path} cannot be read ({error})", expected="a version's file", act="train again"
        ) from None
    if form != FORM:
        raise CheckpointError(f"{path} has form {form}", expected=f"form {FORM}", act="train again")
    return found
