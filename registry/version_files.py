"""Registry: the files of a version on this machine, checked against what was registered before they are loaded."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import FileLock
from mlflow import artifacts
from mlflow.entities.model_registry import ModelVersion
from mlflow.utils.file_utils import local_file_uri_to_path

from components.core.errors import CheckpointError, RegistryError
from components.core.files import UNFINISHED, new_folder
from components.core.manifest import Manifest, verify_files
from registry import tags as tag
from registry.base_folders import use_own_base
from registry.client import connect, translate_errors
from registry.settings import settings
from registry.version_record import kept


@dataclass(frozen=True, slots=True)
class VerifiedFiles:
    """The folder of a version's LoggedModel, and the manifest that its files were checked against."""

    folder: Path
    manifest: Manifest

    @property
    def bytes(self) -> int:
        return sum(entry.size for entry in self.manifest.files.values())


@translate_errors()
def verified_files(version: ModelVersion, fresh: bool = False) -> VerifiedFiles:
    """Return a version's files, checked against the manifest whose sha256 is a tag of the version.

    Files of a remote server are copied to this machine once, and again if the copy was damaged.

    Args:
        version: the version whose files are checked.
        fresh: download from a remote server again and check that as well: a good copy says nothing about the server.

    Raises:
        CheckpointError: they are not what was registered.
        RegistryError: they cannot be fetched.
    """
    location = connect().get_model_version_download_uri(version.name, str(version.version))
    if location.startswith(("file:", "/")):
        return _checked(version, Path(local_file_uri_to_path(location)))  # type: ignore[no-untyped-call]
    copy = settings().caches / "versions" / str(version.source).rpartition("/")[2]
    kept = None if fresh else _kept(version, copy)
    return kept or _fetched(version, location, copy)


def _fetched(version: ModelVersion, location: str, copy: Path) -> VerifiedFiles:
    """Download a version's files to a new folder, which becomes the copy once it is checked.

    An undamaged copy stays: it has the same bytes, and other processes may be reading it.
    """
    if not artifacts.list_artifacts(artifact_uri=location):  # otherwise the empty download looks like a failed server
        raise RegistryError(f"{name_of(version)} has no files in {location}", act="train again")
    copy.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(f"{copy}.lock"), new_folder(copy) as fetched:
        artifacts.download_artifacts(artifact_uri=location, dst_path=str(fetched))
        use_own_base(_root(fetched), _checked(version, _root(fetched), location).manifest.origin)
        if copy.is_dir() and not _kept(version, copy):
            _drop(copy)
    return _checked(version, _root(copy))


def _kept(version: ModelVersion, copy: Path) -> VerifiedFiles | None:
    """Return the copy, or None if there is none, it is damaged, or another process is deleting it."""
    try:
        return _checked(version, _root(copy)) if copy.is_dir() else None
    except (CheckpointError, FileNotFoundError):
        return None


def _drop(copy: Path) -> None:
    """Delete a copy: rename it first, so that no process finds half of it."""
    with TemporaryDirectory(prefix=UNFINISHED, dir=copy.parent) as aside:
        copy.rename(Path(aside) / copy.name)


def _checked(version: ModelVersion, folder: Path, location: str = "") -> VerifiedFiles:
    """Check a folder against what was registered; an error names `location`, where it was downloaded from."""
    name = name_of(version)
    expected = kept(version).get(tag.MANIFEST)
    if not expected:
        raise CheckpointError(f"{name} has no {tag.MANIFEST!r}", expected="its manifest's sha256", act="train again")
    if not folder.is_dir():
        raise RegistryError(f"{name} has no files in {folder}", act="train again")
    try:
        return VerifiedFiles(folder, verify_files(folder, expected))
    except CheckpointError as error:
        raise CheckpointError(f"{name}: {str(error).replace(str(folder), location or str(folder))}") from None


def _root(copy: Path) -> Path:
    """Return the folder of the files: the copy itself, or the one folder in it, named after the artifact."""
    inner = sorted(copy.iterdir())
    return inner[0] if len(inner) == 1 and inner[0].is_dir() else copy


def name_of(version: ModelVersion) -> str:
    """Return a version's name for messages, such as `Version 3 of starter`."""
    return f"Version {version.version} of {version.name}"
