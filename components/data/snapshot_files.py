"""Data: the files of one snapshot: writing examples into a folder, reading them, and naming them by content."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from components.core.errors import DataError
from components.core.files import digest_of, file_digest
from components.core.records import Ingestion, Snapshot, Splits

SNAPSHOT_FILE = "snapshot.json"
METADATA = "metadata.jsonl"
CAPTIONS = "captions.json"
FILE = "file_name"  # the column in which Hugging Face's imagefolder looks for an example's file
CAPTION = "caption"

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
    captions = {
        f"{split}/{e[FILE]}": e[CAPTION] for split in splits for e in splits[split] if {FILE, CAPTION} <= e.keys()
    }
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
