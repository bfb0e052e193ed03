"""Data: the files of one snapshot: written, read, named by their content, and compared with it."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from components.core.errors import DataError
from components.core.files import digest_of, file_digest
from components.core.records import Ingestion, Snapshot, Splits
from components.data.catalogue.files import SIDE_FILES

SNAPSHOT_FILE = "snapshot.json"
METADATA = "metadata.jsonl"
CAPTIONS = "captions.json"
FILE = "file_name"  # the column in which Hugging Face's imagefolder looks for an example's file
CAPTION = "caption"
READERS = 8  # threads: files on slow disks are read at the same time

Digests = Mapping[str, str]  # `train/1.png` -> sha256


@dataclass(frozen=True, slots=True)
class Content:
    """The text of each split's metadata, and the sha256 of each file: all that a snapshot's digest covers."""

    metadata: Mapping[str, str]
    files: Digests

    @property
    def digest(self) -> str:
        texts = {split: hashlib.sha256(text.encode()).hexdigest() for split, text in self.metadata.items()}
        return digest_of({"metadata": texts, "files": dict(self.files)})


def content_of(splits: Splits, made: Path) -> Content:
    """Return the content of examples whose files are in the folder `made`.

    Raises:
        DataError: an example names a file that is missing, outside the folder, or named by another example.
    """
    named = [(split, str(e[FILE])) for split, examples in splits.items() for e in examples if FILE in e]
    twice = [name for name, count in Counter(name for _, name in named).items() if count > 1]
    if twice:
        found = f"Two examples name the file {twice[0]}"
        raise DataError(found, expected="one each", act="give every example its own file")
    files = {f"{split}/{name}": file_digest(_checked(made, name)) for split, name in named}
    return Content({split: _lines(examples) for split, examples in splits.items()}, files)


def write_files(content: Content, splits: Splits, made: Path, folder: Path) -> None:
    """Move the files of all examples into the folder of a new snapshot, and write its tables."""
    for split, text in content.metadata.items():
        (folder / split).mkdir(parents=True)
        (folder / split / METADATA).write_text(text, encoding="utf-8")
    for path in content.files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (made / PurePosixPath(path).relative_to(PurePosixPath(path).parts[0])).rename(folder / path)
    captions = _captions_of(splits)
    if captions:
        _write_json(folder / CAPTIONS, captions)


def write_snapshot_json(
    folder: Path, content: Content, origin: Mapping[str, str], previous: Snapshot | None, ingestion: Ingestion
) -> None:
    """Write snapshot.json: the facts about a snapshot. Only `files` and the order of `sizes` are read back."""
    facts = {
        "digest": content.digest,
        "origin": dict(origin),
        "previous": previous.digest if previous else None,
        "sizes": {split: text.count("\n") for split, text in content.metadata.items()},
        "ingestion": asdict(ingestion),
        "files": dict(content.files),
    }
    _write_json(folder / SNAPSHOT_FILE, facts)


def read_files(folder: Path) -> tuple[Content, Splits]:
    """Read the content of a snapshot's folder, and the examples in it.

    Raises:
        ValueError, KeyError, OSError: a table is missing or damaged.
    """
    facts = json.loads((folder / SNAPSHOT_FILE).read_text(encoding="utf-8"))
    texts = {split: (folder / split / METADATA).read_bytes().decode("utf-8") for split in facts["sizes"]}
    splits = {split: [json.loads(line) for line in text.split("\n") if line] for split, text in texts.items()}
    return Content(texts, facts["files"]), splits


def difference(folder: Path, content: Content, splits: Splits) -> str:
    """Return what differs between a snapshot's files and its content, such as `test/7.png is missing`; or nothing."""
    with ThreadPoolExecutor(READERS) as pool:
        found = list(pool.map(_digest, (folder / path for path in content.files)))
    for (path, expected), digest in zip(content.files.items(), found, strict=True):
        if digest != expected:
            unread = "cannot be read" if (folder / path).exists() else "is missing"
            return f"{path} {'is changed' if digest else unread}"
    added = _names(folder) - {SNAPSHOT_FILE, CAPTIONS, *content.files, *(f"{s}/{METADATA}" for s in content.metadata)}
    if added:
        return f"{min(added)} was added"
    return "" if _read_captions(folder) == _captions_of(splits) else f"{CAPTIONS} is changed"


def _names(folder: Path) -> set[str]:
    """Return all files below a folder, without those that file browsers write."""
    files = (path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir())
    return {path.as_posix() for path in files if not path.name.startswith(".") and path.name.lower() not in SIDE_FILES}


def _digest(path: Path) -> str:
    """Return the sha256 of a file, nothing if it is missing or cannot be read."""
    try:
        return file_digest(path)
    except OSError:
        return ""


def _captions_of(splits: Splits) -> dict[str, Any]:
    return {f"{split}/{e[FILE]}": e[CAPTION] for split in splits for e in splits[split] if {FILE, CAPTION} <= e.keys()}


def _read_captions(folder: Path) -> Any:
    """Return the captions of other programs; none if there are none, or if they cannot be read."""
    try:
        return json.loads((folder / CAPTIONS).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}


def _write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _lines(examples: Sequence[Mapping[str, Any]]) -> str:
    texts = (json.dumps(dict(e), sort_keys=True, ensure_ascii=False, allow_nan=False) for e in examples)
    return "".join(f"{text}\n" for text in texts)


def _checked(made: Path, name: str) -> Path:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.name == METADATA or not (made / path).is_file():
        raise DataError(f"An example names the file {name}, which was not made", act="write it into the given folder")
    return made / path
