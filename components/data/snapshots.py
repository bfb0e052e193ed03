"""Data: snapshots of examples on disk, never changed once they stand, and a pointer to the latest of each model."""

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from filelock import FileLock

from components.core.errors import DataError
from components.core.files import UNFINISHED, file_digest, new_folder, write_text
from components.core.recipe import Examples
from components.core.records import Ingestion, Snapshot
from components.data.snapshot_files import ACCOUNT, FILE, content_of, lay_out, read_files, write_account

LATEST = "latest"  # holds the digest of the latest snapshot
STANDING = "latest.json"  # what it was made from, and what became of every row then

Origin = Mapping[str, str]
Make = Callable[[Snapshot | None, Path], Examples]


def build_snapshot(folder: Path, origin: Origin, make: Make) -> tuple[Snapshot, Ingestion]:
    """Make a snapshot, write it into the folder of the model's snapshots, and point `latest` at it.

    `make` is handed the latest snapshot, if there is one, and an empty folder, which it fills with the files that
    examples name as `file_name`. The snapshot stands in `<folder>/<digest>/<split>/`, a metadata.jsonl and the files
    each: in Hugging Face's imagefolder form. Its name is the hash of examples and files alone, so that the same content
    is the same snapshot whenever and from whatever it was made. If this is interrupted, the latest one stays as it was.
    Two that build in one folder at once take turns.

    Raises:
        DataError: the latest snapshot is damaged, or an example names a file that was not made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        _sweep(folder)
        previous = _previous(folder)
        made = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=folder))
        try:
            examples = make(previous, made)
            snapshot = _write(folder, made, examples, origin, previous)
        finally:
            shutil.rmtree(made, ignore_errors=True)
        standing = {"digest": snapshot.digest, "origin": dict(origin), "ingestion": asdict(examples.ingestion)}
        write_text(folder / STANDING, json.dumps(standing, indent=1) + "\n")
        write_text(folder / LATEST, snapshot.digest)
    return snapshot, examples.ingestion


def find_snapshot(folder: Path, origin: Origin) -> tuple[Snapshot, Ingestion] | None:
    """Return the latest snapshot with its account of rows, if it was made from this very origin."""
    try:
        standing = json.loads((folder / STANDING).read_text(encoding="utf-8"))
        digest = (folder / LATEST).read_text(encoding="utf-8").strip()
        if standing["digest"] != digest or standing["origin"] != dict(origin):
            return None
        return read_snapshot(folder, digest), Ingestion(**standing["ingestion"])
    except (OSError, ValueError, KeyError, TypeError):  # missing or damaged: it is made anew
        return None


def read_snapshot(folder: Path, digest: str = LATEST) -> Snapshot:
    """Read a snapshot by its digest. An example's `file_name` is relative to its split's folder: see `picture_path`.

    Its tables are checked against its name; `verify_snapshot` checks every file too.

    Raises:
        DataError: there is none yet, none of this digest, or it is damaged.
    """
    known = _known(folder)
    if digest == LATEST:
        digest = (folder / LATEST).read_text(encoding="utf-8").strip() if (folder / LATEST).is_file() else ""
    if not digest:
        raise DataError(
            f"There is no snapshot in {folder} yet, expected one at least: run `ingest` for this model first."
        )
    if digest not in known:
        raise DataError(f"No snapshot in {folder} is called {digest!r}. Known snapshots: {', '.join(known) or 'none'}.")
    try:
        content, splits = read_files(folder / digest)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _damaged(folder / digest, f"its tables cannot be read ({error})") from None
    if content.digest != digest:
        raise _damaged(folder / digest, f"its tables are those of {content.digest}")
    return Snapshot(digest, folder / digest, splits)


def verify_snapshot(snapshot: Snapshot) -> None:
    """Raise DataError, naming the file, unless every file of the snapshot is as it was when it was made."""
    content, _ = read_files(snapshot.folder)
    for path, expected in content.files.items():
        file = snapshot.folder / path
        if not file.is_file() or file_digest(file) != expected:
            raise _damaged(snapshot.folder, f"{path} is {'changed' if file.is_file() else 'missing'}")


def history(snapshot: Snapshot) -> list[Snapshot]:
    """Return every snapshot of the same model that stands, this one included: what any version was trained on."""
    others = [name for name in _known(snapshot.folder.parent) if name != snapshot.digest]
    return [*(read_snapshot(snapshot.folder.parent, name) for name in others), snapshot]


def picture_path(snapshot: Snapshot, split: str, example: Mapping[str, Any]) -> Path:
    """Return where the file of an example of this split lies."""
    return snapshot.folder / split / str(example[FILE])


def _write(folder: Path, made: Path, examples: Examples, origin: Origin, previous: Snapshot | None) -> Snapshot:
    content = content_of(examples.splits, made)
    _set_aside_if_damaged(folder / content.digest)
    with new_folder(folder / content.digest) as unfinished:
        lay_out(content, examples.splits, made, unfinished)
        write_account(unfinished, content, origin, previous, examples.ingestion)
    return read_snapshot(folder, content.digest)


def _set_aside_if_damaged(path: Path) -> None:
    """A snapshot of the same content stays, unless it is damaged: then its place is made free for the whole one."""
    try:
        if path.is_dir():
            verify_snapshot(read_snapshot(path.parent, path.name))
    except DataError:
        path.rename(path.with_name(f"{UNFINISHED}{path.name}"))


def _sweep(folder: Path) -> None:
    """Remove what was killed halfway; nobody else is at work here, since the folder is locked."""
    for left in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)
        left.unlink(missing_ok=True)


def _known(folder: Path) -> list[str]:
    there = (path.parent.name for path in folder.glob(f"*/{ACCOUNT}"))
    return sorted(name for name in there if not name.startswith(UNFINISHED))


def _previous(folder: Path) -> Snapshot | None:
    """Return the latest snapshot; any other, through which its `history` is found, where a person removed that one."""
    known = _known(folder)
    latest = (folder / LATEST).read_text(encoding="utf-8").strip() if (folder / LATEST).is_file() else ""
    return read_snapshot(folder, latest if latest in known else known[-1]) if known else None


def _damaged(folder: Path, found: str) -> DataError:
    return DataError(f"Snapshot {folder.name} is damaged: {found}. Remove {folder} and run `ingest` again.")
