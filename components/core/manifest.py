"""Core: the manifest of a folder of weights: what is in it, to the byte, and where it comes from."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components.core.contents import LARGEST_TEXT, check_content, check_text
from components.core.errors import CheckpointError
from components.core.files import file_digest, write_text

MANIFEST = "manifest.json"
FORM = 1  # of manifest.json
NOTE = "registered_model_meta"  # MLflow puts it into the folder when a client loads it by its name: text, never loaded
_PART = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_-])?")  # no `..`, no hidden file, nothing from the root


@dataclass(frozen=True, slots=True)
class Origin:
    """What weights were made from. Digests are hex, empty where there is none."""

    model: str
    step: int
    adapter: str  # of the weights alone
    base_model: str
    base_digest: str
    snapshot: str
    training: str
    git_sha: str
    packages: Mapping[str, str]  # name -> version


@dataclass(frozen=True, slots=True)
class FileEntry:
    sha256: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every file of a folder but the manifest itself, by its path with `/`. `digest` is the sha256 of manifest.json."""

    origin: Origin
    files: Mapping[str, FileEntry]
    digest: str


def write_manifest(folder: Path, origin: Origin) -> str:
    """Write the manifest of a folder into it and return the manifest's own sha256.

    Raises:
        CheckpointError: a file there is none that may be loaded, or has no plain name; or a folder is empty.
    """
    files = {name: FileEntry(file_digest(folder / name), (folder / name).stat().st_size) for name in _names(folder)}
    content = {"form": FORM, "origin": asdict(origin), "files": {name: asdict(entry) for name, entry in files.items()}}
    write_text(folder / MANIFEST, json.dumps(content, indent=1, sort_keys=True) + "\n")
    digest = file_digest(folder / MANIFEST)
    verify_files(folder, digest)
    return digest


def verify_files(folder: Path, expected_manifest_digest: str) -> Manifest:
    """Return the manifest of a folder, once every file in it is what the manifest says and safe to be loaded.

    Nothing is loaded here: files are hashed and their headers read.

    Args:
        folder: the root of the version's files.
        expected_manifest_digest: whole sha256 of manifest.json, from a place that who changes files does not reach.

    Raises:
        CheckpointError: a file was changed, added or removed; is a link; has an odd name; or holds what may run. Or a
            folder holds nothing.
    """
    manifest = _read(folder, expected_manifest_digest)
    found = {name for name in _names(folder) if name != NOTE}
    _require_same(folder, found, manifest.files.keys())
    _require_filled(folder)
    for name, entry in manifest.files.items():
        _verify_file(folder / name, entry)
    if (folder / NOTE).exists():
        _verify_note(folder / NOTE)
    return manifest


def _require_same(folder: Path, found: Set[str], listed: Set[str]) -> None:
    for what, names in (("is missing", listed - found), ("is not listed", found - listed)):
        if names:
            raise CheckpointError(f"{folder / min(names)} {what}, expected what {MANIFEST} lists: {_ACT}.")


def _require_filled(folder: Path) -> None:
    """Raise CheckpointError where a folder is empty: no manifest lists it, and who looks for its name would find it."""
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not any(path.iterdir()):
            raise CheckpointError(f"{path} is an empty folder, expected what {MANIFEST} lists: {_ACT}.")


def _verify_file(path: Path, entry: FileEntry) -> None:
    if path.stat().st_size != entry.size or file_digest(path) != entry.sha256:
        raise CheckpointError(f"{path} is not what was registered, expected the sha256 in {MANIFEST}: {_ACT}.")
    check_content(path)


def _verify_note(path: Path) -> None:
    try:
        check_text(path)
    except ValueError as error:
        raise CheckpointError(f"{path} is no text of MLflow's ({error}): delete it.") from None


def _read(folder: Path, expected: str) -> Manifest:
    path = folder / MANIFEST
    if folder.is_symlink() or path.is_symlink() or not path.is_file():
        raise CheckpointError(f"{folder} has no {MANIFEST} that can be read, expected one: {_ACT}.")
    if path.stat().st_size > LARGEST_TEXT:
        raise CheckpointError(f"{path} has {path.stat().st_size} bytes, expected {LARGEST_TEXT} at most: {_ACT}.")
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != expected:
        raise CheckpointError(
            f"{path} was changed (sha256 {digest[:12]}), expected {expected[:12] or 'a digest'} as the version's tag "
            f"says: {_ACT}."
        )
    try:
        return _parsed(json.loads(content), digest)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise CheckpointError(f"{path} is no manifest ({error}), expected form {FORM}: {_ACT}.") from None


def _parsed(content: Any, digest: str) -> Manifest:
    if content["form"] != FORM:
        raise ValueError(f"its form is {content['form']}")
    files = {_plain(name): FileEntry(**entry) for name, entry in content["files"].items()}
    _require_distinct(files)
    return Manifest(Origin(**content["origin"]), files, digest)


def _names(folder: Path) -> list[str]:
    """Return the paths of all files below a folder but its manifest, sorted.

    Raises:
        CheckpointError: something is neither a file nor a folder, or its name is not plain.
    """
    try:
        names = sorted(_plain(name) for name in _walk(folder, "") if name != MANIFEST)
        _require_distinct(names)
    except ValueError as error:
        raise CheckpointError(f"{folder} cannot be taken ({error}): {_ACT}.") from None
    return names


def _walk(folder: Path, prefix: str) -> Iterator[str]:
    for path in folder.iterdir():
        name = prefix + path.name
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise ValueError(f"{name} is a link or no file")
        if path.is_file():
            yield name
        else:
            yield from _walk(path, f"{name}/")


def _plain(name: str) -> str:
    if not all(_PART.fullmatch(part) for part in name.split("/")):
        raise ValueError(f"{name!r} is no plain path inside the folder")
    return name


def _require_distinct(names: Iterable[str]) -> None:
    """Raise ValueError where two names are one on a disk that does not tell capitals."""
    lower = [name.lower() for name in names]
    if len(set(lower)) != len(lower) or MANIFEST in lower:
        raise ValueError("two of its names differ in capitals alone")


_ACT = "restore the folder from a copy, or train again"
