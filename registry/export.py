"""Registry: export of a version's checkpoint, in a format that other programs read."""

from collections.abc import Mapping
from pathlib import Path

from mlflow.entities.model_registry import ModelVersion

from components.core.errors import RegistryError, UnknownFormatError, UsageError
from components.core.files import new_folder
from components.core.recipe import Export
from registry.versions import checkpoint_of


def export(version: ModelVersion, folder: Path, file_format: str, formats: Mapping[str, Export]) -> list[Path]:
    """Write the checkpoint of a version to a new folder and return its files, sorted. An error leaves no folder.

    Args:
        version: whose checkpoint.
        folder: it must not exist yet.
        file_format: one of the names in `formats`.
        formats: what the recipe offers.

    Raises:
        UsageError: there is no such format, or the folder exists already.
        CheckpointError: the version's files are not what was registered, or cannot be read.
    """
    if file_format not in formats:
        raise UnknownFormatError(file_format, known=formats)
    if folder.exists():
        raise UsageError(f"{folder} is there already", expected="a new folder", act="name another one")
    checkpoint = checkpoint_of(version)
    with new_folder(folder.absolute()) as unfinished:
        formats[file_format](checkpoint, unfinished)
        written = sorted(path.name for path in unfinished.iterdir())
    found = [folder / name for name in written]
    if not all(path.is_file() for path in found):
        raise RegistryError(f"{folder} was made by another process meanwhile", act="name another one")
    return found
