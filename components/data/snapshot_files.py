"""Data: the files of one snapshot: how examples are laid out in a folder, read back, and named by their content."""

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

ACCOUNT = "snapshot.json"
METADATA = "metadata.jsonl"
CAPTIONS = "captions.json"
FILE = "file_name"  # the column by which Hugging Face's imagefolder finds an example's file

Digests = Mapping[str, str]  # `train/1.png` -> sha256


@dataclass(frozen=True, slots=True)
class Content:
    """What a snapshot is: the text of each split's metadata, and the sha256 of each file. It alone gives the name."""

    metadata: Mapping[str, str]
    files: Digests

    @property
    def digest(self) -> str:
        texts = {split: hashlib.sha256(text.encode()).hexdigest() for split, text in self.metadata.items()}
        return digest_of({"metadata": texts, "files": dict(self.files)})


def content_of(splits: Splits, made: Path) -> Content:
    """Return the content of examples whose files lie in the folder where they were made.

    Raises:
        DataError: an example names a file that is not there, lies outside, or is another example's.
    """
    named = [(split, str(e[FILE])) for split, examples in splits.items() for e in examples if FILE in e]
    twice = [name for name, count in Counter(name for _, name in named).items() if count > 1]
    if twice:
        raise DataError(f"Two examples name the file {twice[0]}, expected one each: give every example its own file.")
    files = {f"{split}/{name}": file_digest(_checked(made, name)) for split, name in named}
    return Content({split: _lines(examples) for split, examples in splits.items()}, files)


def lay_out(content: Content, splits: Splits, made: Path, folder: Path) -> None:
    """Move the files of all examples into the folder of a new snapshot, and write its tables beside them."""
    for split, text in content.metadata.items():
        (folder / split).mkdir(parents=True)
        (folder / split / METADATA).write_text(text, encoding="utf-8")
    for path in content.files:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (made / PurePosixPath(path).relative_to(PurePosixPath(path).parts[0])).rename(folder / path)
    told = [
        (f"{split}/{e[FILE]}", e["caption"]) for split in splits for e in splits[split] if {FILE, "caption"} <= e.keys()
    ]
    captions = dict(told)
    if captions:
        write_json(folder / CAPTIONS, captions)


def write_account(
    folder: Path, content: Content, origin: Mapping[str, str], previous: Snapshot | None, ingestion: Ingestion
) -> None:
    """Write what is known of a snapshot besides its examples; only `files` and the order of `sizes` are read again."""
    account = {
        "digest": content.digest,
        "origin": dict(origin),
        "previous": previous.digest if previous else None,
        "sizes": {split: text.count("\n") for split, text in content.metadata.items()},
        "ingestion": asdict(ingestion),
        "files": dict(content.files),
    }
    write_json(folder / ACCOUNT, account)


def read_files(folder: Path) -> tuple[Content, Splits]:
    """Read the content of a snapshot's folder, and the examples in it.

    Raises:
        ValueError, KeyError, OSError: a table is missing or damaged.
    """
    account = json.loads((folder / ACCOUNT).read_text(encoding="utf-8"))
    texts = {split: (folder / split / METADATA).read_bytes().decode("utf-8") for split in account["sizes"]}
    splits = {split: [json.loads(line) for line in text.split("\n") if line] for split, text in texts.items()}
    return Content(texts, account["files"]), splits


def write_json(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _lines(examples: Sequence[Mapping[str, Any]]) -> str:
    texts = (json.dumps(dict(e), sort_keys=True, ensure_ascii=False, allow_nan=False) for e in examples)
    return "".join(f"{text}\n" for text in texts)


def _checked(made: Path, name: str) -> Path:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or path.name == METADATA or not (made / path).is_file():
        raise DataError(
            f"An example names the file {name}, which was not made: write it into the folder that was given."
        )
    return made / path
