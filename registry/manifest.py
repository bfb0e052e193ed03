"""Registry: the files of a version on this machine, found to be what was registered before anybody loads them."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from mlflow import artifacts
from mlflow.entities.model_registry import ModelVersion
from mlflow.utils.file_utils import local_file_uri_to_path

from components.core.errors import CheckpointError, RegistryError
from components.core.files import new_folder
from components.core.manifest import Manifest, verify_files
from registry import tags as tag
from registry.connection import connect, told_in_a_sentence
from registry.home import settings

__all__ = ["Verified", "verified", "verify_files"]


@dataclass(frozen=True, slots=True)
class Verified:
    """The folder of a version's LoggedModel, and its manifest, which every file in it agreed with."""

    folder: Path
    manifest: Manifest

    @property
    def bytes(self) -> int:
        return sum(entry.size for entry in self.manifest.files.values())


@told_in_a_sentence()
def verified(version: ModelVersion) -> Verified:
    """Return a version's files, checked against the manifest whose sha256 is a tag of the version.

    Files of a remote server are fetched once, and again where the copy here was damaged.

    Raises:
        CheckpointError: they are not what was registered.
        RegistryError: they cannot be fetched.
    """
    location = connect().get_model_version_download_uri(version.name, str(version.version))
    if location.startswith(("file:", "/")):
        return _checked(version, Path(local_file_uri_to_path(location)))  # type: ignore[no-untyped-call]
    copy = settings().caches / "versions" / str(version.source).rpartition("/")[2]
    if copy.is_dir():
        try:
            return _checked(version, _root(copy))
        except CheckpointError:
            shutil.rmtree(copy)
    with new_folder(copy) as empty:
        artifacts.download_artifacts(artifact_uri=location, dst_path=str(empty))
        _checked(version, _root(empty))
    return _checked(version, _root(copy))


def _checked(version: ModelVersion, folder: Path) -> Verified:
    name = f"Version {version.version} of {version.name}"
    expected = version.tags.get(tag.MANIFEST)
    if not expected:
        raise CheckpointError(f"{name} has no tag {tag.MANIFEST!r}, expected its manifest's sha256: train again.")
    if not folder.is_dir():
        raise RegistryError(f"{name} has no files in {folder}: train again.")
    try:
        return Verified(folder, verify_files(folder, expected))
    except CheckpointError as error:
        raise CheckpointError(f"{name}: {error}") from None


def _root(copy: Path) -> Path:
    """Return where MLflow put the files: into the folder itself, or into one in it that is named as the artifact."""
    inner = sorted(copy.iterdir())
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else copy
