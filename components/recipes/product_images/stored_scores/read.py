"""Product images: read score records of other programs, with entries of side files apart from pictures."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from components.core.errors import DataError

SIDE_FILE = "._"
EXPECTED = "an object with fid.score or clip_score.individual_scores, or one of such objects by checkpoint"


@dataclass(frozen=True, slots=True)
class Record:
    """One subject's stored scores. `scores` are the CLIP scores of the single entries, None if they are unknown.

    An entry is a side file if its name begins with `._`, or, without names, if its CLIP score is exactly 0, which no
    picture has. `claimed` is the number of pictures that the record says it scored. `named` and `named_sides` count the
    names, and the side files among them, in the file of captions of the subject.
    """

    subject: str
    fid: float | None = None
    scores: Sequence[float] | None = None
    side_files: int = 0
    stored_mean: float | None = None
    claimed: int | None = None
    named: int = 0
    named_sides: int = 0

    @property
    def pictures(self) -> Sequence[float]:
        """The scores of entries that are pictures."""
        return [score for score in self.scores or () if score != 0.0]


def read_records(paths: Sequence[Path]) -> list[Record]:
    """Return the records of all files, sorted by subject; a record that several files repeat is returned once.

    Files of captions by picture name (prompts_checkpoint_500.json) show how many of a subject's names are side files.

    Raises:
        DataError: a file is missing or has another layout, or no file has a record.
    """
    contents = [(path, _read(path)) for path in paths]
    found = [record for path, content in contents if not _are_captions(content) for record in _records(path, content)]
    # One FID of one subject is one record; the copy with the scores of single entries has the most information.
    records = {(record.subject, record.fid): record for record in sorted(found, key=lambda r: r.scores is not None)}
    captions = {number_in(path.stem): content for path, content in contents if _are_captions(content)}
    if not records:
        raise DataError(f"There is no score in {', '.join(path.name for path in paths)}", expected=EXPECTED)
    return sorted((_with_names(record, captions) for record in records.values()), key=_order)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(f"The records {path} cannot be read ({error.strerror})", expected=EXPECTED) from None
    except ValueError:
        raise DataError(f"{path} is not JSON", expected=EXPECTED) from None
    if not isinstance(content, dict) or not content:
        raise DataError(f"{path} has no object", expected=EXPECTED)
    return content


def _records(path: Path, content: Mapping[str, Any]) -> Iterator[Record]:
    """Yield the one record of a file, or its records by checkpoint."""
    several = not {"fid", "clip_score"} & content.keys()
    for name, inner in content.items() if several else ((path.stem, content),):
        if isinstance(inner, dict) and {"fid", "clip_score"} & inner.keys():
            yield _record(path, name, inner)


def _record(path: Path, name: str, content: Mapping[str, Any]) -> Record:
    try:
        about, fid, clip = content.get("metadata", {}), content.get("fid", {}), content.get("clip_score", {})
        entries = clip.get("individual_scores")
        named = entries if isinstance(entries, dict) else dict(enumerate(entries or ()))
        scores = [0.0 if str(key).startswith(SIDE_FILE) else float(score) for key, score in named.items()]
        return Record(
            subject=about.get("generated_images_dir") or f"checkpoint-{number_in(name)}",
            fid=None if fid.get("score") is None else float(fid["score"]),
            scores=None if entries is None else scores,
            side_files=scores.count(0.0),
            stored_mean=None if clip.get("mean") is None else float(clip["mean"]),
            claimed=about.get("generated_images_count"),
        )
    except (AttributeError, TypeError, ValueError):
        raise DataError(f"{path} has a record of another layout for {name}", expected=EXPECTED) from None


def _are_captions(content: Mapping[str, Any]) -> bool:
    return all(isinstance(value, str) for value in content.values())


def _with_names(record: Record, captions: Mapping[str, Mapping[str, Any]]) -> Record:
    names = [Path(name).name for name in captions.get(number_in(record.subject), {})]
    return replace(record, named=len(names), named_sides=sum(name.startswith(SIDE_FILE) for name in names))


def number_in(name: str) -> str:
    """Return the last number in a name: the step of its checkpoint."""
    found: list[str] = re.findall(r"\d+", name)
    return found[-1] if found else name


def _order(record: Record) -> tuple[int, str]:
    number = number_in(record.subject)
    return (int(number) if number.isdecimal() else 0, record.subject)
