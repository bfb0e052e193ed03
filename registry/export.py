"""Registry: a version's adapter, in a format that other programs read, in a folder of your own."""

from pathlib import Path

from mlflow.entities.model_registry import ModelVersion

from components.core.errors import RegistryError, UsageError
from components.core.files import new_folder
from registry.versions import checkpoint_of

FORMATS = ("diffusers", "kohya", "peft")  # the rows of adapter_formats.EXPORTS, which takes seconds to import


def export(version: ModelVersion, folder: Path, file_format: str) -> list[Path]:
    """Write the adapter of a version into a new folder and return its files, sorted. Whole, or not at all.

    Raises:
        UsageError: there is no such format, or the folder is there already.
        CheckpointError: the version's files are not what was registered, or hold no adapter.
    """
    if file_format not in FORMATS:
        raise UsageError(f"No format is called {file_format!r}. Known formats: {', '.join(FORMATS)}.")
    if folder.exists():
        raise UsageError(f"{folder} is there already, expected a new folder: name another one.")
    checkpoint = checkpoint_of(version)
    from components.training.diffusion.export_formats import (
        EXPORTS,  # slow to import, and a wrong word should not wait for it
    )

    with new_folder(folder.absolute()) as unfinished:
        EXPORTS[file_format](checkpoint, unfinished)
        written = sorted(path.name for path in unfinished.iterdir())
    found = [folder / name for name in written]
    if not all(path.is_file() for path in found):
        raise RegistryError(f"{folder} was made by somebody else meanwhile: name another one.")
    return found
