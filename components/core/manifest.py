"""Core: the manifest of a version's folder: the digest of every file, and the origin of the weights."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components.core.base_place import DESCRIPTION, as_registered
from components.core.contents import LARGEST_TEXT, check_content, check_text
from components.core.errors import CheckpointError
from components.core.files import file_digest, write_text

MANIFEST = "manifest.json"
FORM = 2  # version of the format of manifest.json
FORMS = (1, FORM)  # in form 1 MLmodel was digested as it was written, with the folder of its base model
NOTE = "registered_model_meta"  # MLflow writes this text file when a client loads the model by name; it is never loaded
_PART = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?")  # no `..`, no hidden file, no absolute path


@dataclass(frozen=True, slots=True)
class Origin:
    """What the weights were made from. Digests are hex, or empty where there is none.

    `base_model` is the name of a base that comes with the recipe, a hub id, or the folder in which it was registered.
    """

    model: str
    step: int
    adapter: str  # of the weights alone
    base_model: str
    base_digest: str
    snapshot: str
    training: str
    git_sha: str
    packages: Mapping[str, str]  # name -> version
    name: str = ""  # of the checkpoint, where it has one


@dataclass(frozen=True, slots=True)
class FileEntry:
    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """All files of a folder except the manifest, by path with `/`. `digest` is the sha256 of manifest.json."""

    origin: Origin
    files: Mapping[str, FileEntry]
    digest: str


def write_manifest(folder: Path, origin: Origin) -> str:
    """Write the manifest of a folder into that folder, and return the sha256 of the manifest.

    MLmodel is digested with `origin.base_model` in place of the folder of the base model, so that the folder may move.

    Raises:
        CheckpointError: a file may not be loaded or has an unsafe name, or a folder is empty.
    """
    files = {name: _entry(folder, name, origin) for name in _names(folder)}
    content = {"form": FORM, "origin": asdict(origin), "files": {name: asdict(entry) for name, entry in files.items()}}
    write_text(folder / MANIFEST, json.dumps(content, indent=1, sort_keys=True) + "\n")
    digest = file_digest(folder / MANIFEST)
    verify_files(folder, digest)
    return digest


def verify_files(folder: Path, expected_manifest_digest: str) -> Manifest:
    """Check that every file of a folder matches the manifest and is safe to load, and return the manifest.

    Files are hashed and their headers are read; nothing is loaded. The folder of the base model that MLmodel names may
    be another one than when it was registered: what it contains is not checked here.

    Args:
        folder: the root of the version's files.
        expected_manifest_digest: full sha256 of manifest.json, stored where a change of the files cannot reach it.

    Raises:
        CheckpointError: a file was changed, added or removed, is a link, has an unsafe name, or may run code when it is
            loaded; or a folder is empty.
    """
    manifest = _read(folder, expected_manifest_digest)
    found = {name for name in _names(folder) if name != NOTE}
    _require_same(folder, found, manifest.files.keys())
    _require_filled(folder)
    for name in manifest.files:
        _verify_file(folder, name, manifest)
    if (folder / NOTE).exists():
        _verify_note(folder / NOTE)
    return manifest


def _require_same(folder: Path, found: Set[str], listed: Set[str]) -> None:
    for what, names in (("is missing", listed - found), ("is not listed", found - listed)):
        if names:
            raise CheckpointError(f"{folder / min(names)} {what}", expected=f"what {MANIFEST} lists", act=_ACT)


def _require_filled(folder: Path) -> None:
    """Raise CheckpointError if a folder is empty: the manifest lists files only, but a loader may look for folders."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not any(path.iterdir()):
            raise CheckpointError(f"{path} is an empty folder", expected=f"what {MANIFEST} lists", act=_ACT)


def _verify_file(folder: Path, name: str, manifest: Manifest) -> None:
    path, entry = folder / name, manifest.files[name]
    is_same = path.stat().st_size == entry.size and file_digest(path) == entry.sha256
    if not is_same and (name != DESCRIPTION or _entry(folder, name, manifest.origin) != entry):
        raise CheckpointError(f"{path} is not what was registered", expected=f"the sha256 in {MANIFEST}", act=_ACT)
    check_content(path)


def _entry(folder: Path, name: str, origin: Origin) -> FileEntry:
    path = folder / name
    if name != DESCRIPTION or path.stat().st_size > LARGEST_TEXT:
        return FileEntry(file_digest(path), path.stat().st_size)
    content = as_registered(path.read_bytes(), origin.base_model)
    return FileEntry(hashlib.sha256(content).hexdigest(), len(content))


def _verify_note(path: Path) -> None:
    try:
        check_text(path)
    except ValueError as error:
        raise CheckpointError(f"{path} is not text ({error})", expected="a note of MLflow", act="delete it") from None


def _read(folder: Path, expected: str) -> Manifest:
    path = folder / MANIFEST
    if folder.is_symlink() or path.is_symlink() or not path.is_file():
        raise CheckpointError(f"{folder} has no readable {MANIFEST}", expected="one", act=_ACT)
    if path.stat().st_size > LARGEST_TEXT:
        raise CheckpointError(f"{path} has {path.stat().st_size} bytes", expected=f"{LARGEST_TEXT} at most", act=_ACT)
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != expected:
        raise CheckpointError(
            f"{path} was changed (sha256 {digest[:12]})",
            expected=f"{expected[:12] or 'a digest'} as in the version's tag",
            act=_ACT,
        )
    try:
        return _parsed(json.loads(content), digest)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CheckpointError(f"{path} is not a manifest ({error})", expected=f"form {FORM}", act=_ACT) from None


def _parsed(content: Any, digest: str) -> Manifest:
    if content["form"] not in FORMS:
        raise ValueError(f"its form is {content['form']}")
    files = {_plain(name): FileEntry(**entry) for name, entry in content["files"].items()}
    _require_distinct(files)
    return Manifest(Origin(**content["origin"]), files, digest)


def _names(folder: Path) -> list[str]:
    """Return the sorted paths of all files below a folder, except its manifest.

    Raises:
        CheckpointError: an entry is neither a file nor a folder, or has an unsafe name.
    """
    try:
        names = sorted(_plain(name) for name in _walk(folder, "") if name != MANIFEST)
        _require_distinct(names)
    except ValueError as error:
        raise CheckpointError(f"{folder} has an entry that is not safe ({error})", act=_ACT) from None
    return names


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    for path in folder.iterdir():
        name = prefix + path.name
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise ValueError(f"{name} is neither a file nor a folder")
        if path.is_file():
            yield name
        else:
            yield from _walk(path, f"{name}/")


def _plain(name: str) -> str:
    if not all(_PART.fullmatch(part) for part in name.split("/")):
        raise ValueError(f"{name!r} is not a plain path inside the folder")
    return name


def _require_distinct(names: Iterable[str]) -> None:
    """Raise ValueError if two names are equal on a file system that ignores case."""
    lower = [name.lower() for name in names]
    if len(set(lower)) != len(lower) or MANIFEST in lower:
        raise ValueError("two of its names differ in case only")


_ACT = "restore the folder from a copy, or train again"
