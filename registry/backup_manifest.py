"""Registry: the manifest of a backup: each file with its digest, each model with the end of its ledger."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import TypeAdapter, ValidationError

from components.core.errors import RegistryError, UsageError
from components.core.files import file_digest, write_text

MANIFEST = "backup.json"
HOME = "home"  # the folder in a backup with the files of the home
KIND = "atelier-backup"
FORM = 1  # of the manifest; a change that this code could not read gets the next number

AGAIN = "restore from another backup"


class BackupError(RegistryError):
    """A backup is damaged, incomplete, or cannot be made or restored here."""


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A file of a backup. `time` is when it was last changed in the home, in nanoseconds since 1970."""

    size: int
    time: int
    sha256: str


@dataclass(frozen=True, slots=True)
class LedgerEnd:
    """The number of entries of a model's ledger, and the hash of the last one: 0 and empty if it has none."""

    entries: int
    head: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup has. `files` are below `home/`; `not_covered` are sentences on what the home has elsewhere."""

    time: float  # seconds since 1970, when the databases were copied
    home: str
    models: Mapping[str, LedgerEnd]
    not_covered: tuple[str, ...]
    files: Mapping[str, BackedUp]

    @property
    def bytes(self) -> int:
        return sum(file.size for file in self.files.values())


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it last: a folder without it is no backup."""
    content = asdict(manifest)
    sealed = {"kind": KIND, "form": FORM, "seal": _seal(content), "content": content}
    write_text(folder / MANIFEST, json.dumps(sealed, indent=1) + "\n")


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a backup.

    Raises:
        UsageError: the folder is missing or is no backup.
        BackupError: the manifest is damaged, or a newer Atelier wrote it.
    """
    sealed = _json(folder)
    form = sealed.get("form")
    if isinstance(form, int) and form > FORM:
        raise BackupError(
            f"{folder} was written by a newer Atelier (form {form})",
            expected=f"form {FORM}",
            act="update Atelier, then run the same command again",
        )
    content = sealed.get("content")
    if form != FORM or sealed.get("seal") != _seal(content):
        raise _damaged(folder, "its digest differs from its content")
    try:
        manifest = TypeAdapter(Manifest).validate_python(content)
    except ValidationError as error:
        raise _damaged(folder, f"{error.error_count()} of its fields are wrong") from None
    unsafe = next((name for name in manifest.files if not _is_inside(name)), None)
    if unsafe:
        raise _damaged(folder, f"it names the file {unsafe!r}, which is outside the home")
    return manifest


def require_whole(folder: Path, name: str, file: BackedUp) -> None:
    """Raise BackupError unless the file below a folder is the one of the manifest."""
    path = folder / name
    if not path.is_file():
        raise BackupError(f"{path} is missing", expected="every file of the manifest", act=AGAIN)
    if path.stat().st_size != file.size or file_digest(path) != file.sha256:
        raise BackupError(f"{path} differs from the manifest of the backup", expected=file.sha256[:12], act=AGAIN)


def _json(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not folder.is_dir():
        raise UsageError(f"No folder is called {folder}", expected="a folder that `backup` wrote", act="name it")
    if not path.is_file():
        raise UsageError(
            f"{folder} has no {MANIFEST}, so it is no backup or an incomplete one",
            expected="a folder that `backup` wrote",
            act="name that one",
        )
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):
        raise _damaged(folder, "it is no JSON") from None
    if not isinstance(found, dict) or found.get("kind") != KIND:
        raise UsageError(
            f"{path} is not of a backup of Atelier", expected="a folder that `backup` wrote", act="name that one"
        )
    return found


def _damaged(folder: Path, why: str) -> BackupError:
    return BackupError(f"{folder / MANIFEST} is damaged ({why})", expected="as it was written", act=AGAIN)


def _seal(content: Any) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts
