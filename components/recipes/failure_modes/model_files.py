"""Failure modes: where the files of a version lie: the model, and how it reads comments; the digest of its weights."""

import json
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

from components.core.errors import CheckpointError
from components.core.files import digest_of, file_digest
from components.recipes.failure_modes.reading import Reading

MODEL, READING, ANSWERING, TRAINED = "model", "reading.json", "answering.json", "training.json"
SKOPS, SCHEMA = ".skops", "schema.json"
# In skops' schema these name objects by their place in memory, which is another in each process.
_OF_PROCESS = ("__id__", "file")


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


def weights_digest(folder: Path) -> str:
    """Return the digest of a model's files (12 hex digits): equal for equal weights, whichever process wrote them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return digest_of({path.relative_to(folder).as_posix(): _content(path) for path in files})


def _content(path: Path) -> Any:
    if path.suffix != SKOPS:
        return file_digest(path)
    with zipfile.ZipFile(path) as archive:
        arrays = sorted(sha256(archive.read(name)).hexdigest() for name in archive.namelist() if name != SCHEMA)
        return [arrays, _without_places(json.loads(archive.read(SCHEMA)))]


def _without_places(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_places(inner) for key, inner in value.items() if key not in _OF_PROCESS}
    return [_without_places(inner) for inner in value] if isinstance(value, list) else value
