"""Registry: a version as one tar file: its manifest, its files, and its MLflow metadata."""

import hashlib
import io
import json
import os
import tarfile
from pathlib import Path

from mlflow.entities.model_registry import ModelVersion

from components.core.base_place import DESCRIPTION, as_registered
from components.core.errors import CheckpointError
from components.core.files import UNFINISHED, require_space
from components.core.manifest import MANIFEST
from registry import tags as tag
from registry.settings import settings
from registry.version_files import VerifiedFiles
from registry.version_record import kept

VERSION = "version.json"  # in the archive, next to the files


def archive_folder(model: str) -> Path:
    return settings().home / "archive" / model


def archive_of(model: str, version: int) -> Path:
    return archive_folder(model) / f"{version}.tar"


def write_archive(version: ModelVersion, files: VerifiedFiles) -> None:
    """Write the archive under a temporary name, flush it to the disk, then rename it.

    Raises:
        DiskSpaceError: the disk has too little room for it.
    """
    path = archive_of(version.name, int(version.version))
    require_space(path.parent, files.bytes, f"The archive of version {version.version} of {version.name}")
    for left in path.parent.glob(f"{UNFINISHED}*-{path.name}"):  # of killed processes: only one writes at a time
        left.unlink()
    unfinished = path.with_name(f"{UNFINISHED}{os.getpid()}-{path.name}")
    try:
        with unfinished.open("wb") as stream:
            _fill(stream, version, files)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def is_archived(version: ModelVersion) -> bool:
    """Tell whether the version has a complete archive; a damaged one does not count."""
    try:
        archived_bytes(version)
    except CheckpointError:
        return False
    return True


def archived_bytes(version: ModelVersion) -> int:
    """Check every archived file against what was registered; return their total size in bytes.

    Raises:
        CheckpointError: there is no archive, or it is damaged or of other files.
    """
    path = archive_of(version.name, int(version.version))
    try:
        with tarfile.open(path) as archive:
            return _checked(archive, kept(version).get(tag.MANIFEST, ""))
    except (tarfile.TarError, OSError, ValueError, KeyError) as error:
        raise CheckpointError(f"{path} is not a complete archive ({error})", act="run `clean` again") from None


def _fill(stream: io.BufferedWriter, version: ModelVersion, files: VerifiedFiles) -> None:
    metadata = {
        "model": version.name,
        "version": int(version.version),
        "created": version.creation_timestamp,  # milliseconds since 1970
        "run_id": version.run_id,
        "source": version.source,
        "description": version.description,
        "tags": dict(kept(version)),
    }
    with tarfile.open(fileobj=stream, mode="w") as archive:
        _add(archive, VERSION, json.dumps(metadata, indent=1).encode())
        for name in (MANIFEST, *files.manifest.files):
            _add(archive, name, _content_of(files, name))


def _content_of(files: VerifiedFiles, name: str) -> bytes:
    """Return a file as it is digested: an archive names no folder of this machine."""
    content = (files.folder / name).read_bytes()
    if name != DESCRIPTION or hashlib.sha256(content).hexdigest() == files.manifest.files[name].sha256:
        return content
    return as_registered(content, files.manifest.origin.base_model)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def _checked(archive: tarfile.TarFile, expected: str) -> int:
    manifest = _content(archive, MANIFEST)
    if hashlib.sha256(manifest).hexdigest() != expected:
        raise ValueError(f"its {MANIFEST} is not the registered one")
    files = json.loads(manifest)["files"]
    for name, entry in files.items():
        if hashlib.sha256(_content(archive, name)).hexdigest() != entry["sha256"]:
            raise ValueError(f"{name} in it differs from the registered file")
    return sum(entry["size"] for entry in files.values())


def _content(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise ValueError(f"{name} in it is not a file")
    return file.read()
