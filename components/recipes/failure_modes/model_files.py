"""Failure modes: where the files of a version lie: the model, and how it reads comments."""

import json
from pathlib import Path

from components.core.errors import CheckpointError
from components.recipes.failure_modes.reading import Reading

MODEL, READING, ANSWERING = "model", "reading.json", "answering.json"


def model_folder(folder: Path) -> Path:
    """Return the folder that has the model: the checkpoint itself, or the one that MLflow's pyfunc put into `data`.

    Raises:
        CheckpointError: there is none.
    """
    for place in (folder, *sorted(path for path in folder.glob("*") if path.is_dir())):
        if (place / READING).is_file():
            return place
    raise CheckpointError(f"{folder} has no {READING}", expected="one", act="train again")


def read_reading(folder: Path) -> Reading:
    return Reading.model_validate(json.loads((folder / READING).read_text(encoding="utf-8")))
