"""Deployments: the outputs of the rating page, their names on it, and their order."""

import json
import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.core.errors import DataError
from components.core.files import digest_of, file_digest
from components.core.rated_outputs import RatedOutputs
from components.core.seeds import derive_seed
from deployments.rating.forms import FORMS

INDEX, SEAL = "index.json", "seal"
Entry = Mapping[str, Any]  # of a file in the index


@dataclass(frozen=True, slots=True)
class ShownItem:
    """An output as the page shows it. `token` is its name there: random and new at each start."""

    token: str
    digest: str  # of the subject that it belongs to
    item: str  # sha256 of the file
    content: bytes
    about: Mapping[str, str] = field(default_factory=dict)  # shown beside it, by name: the same for all subjects


@dataclass(frozen=True, slots=True)
class ItemSet:
    """The outputs that all raters rate, the same number of each subject."""

    model: str
    snapshot: str
    category: str  # what the outputs should be of, in words
    rated: RatedOutputs
    items: tuple[ShownItem, ...]

    def in_order_of(self, rater: str) -> list[ShownItem]:
        """Return the outputs in a random order of this rater's own, the same at each visit."""
        order = sorted(self.items, key=lambda shown: (shown.digest, shown.item))
        random.Random(derive_seed("rate", self.model, self.snapshot, rater)).shuffle(order)
        return order


def read_index(reports: Path, model: str, rated: RatedOutputs) -> dict[str, Any]:
    """Return the index that `evaluate` wrote of the outputs that it kept.

    Raises:
        DataError: there is nothing to rate yet, or the index is not what was written.
    """
    path = reports / model / rated.folder / INDEX
    try:
        index: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        seal = index.pop(SEAL, None)  # earlier releases wrote none
    except FileNotFoundError:
        raise DataError(
            f"No {rated.plural} of {model} are in {path.parent}", act=f"run `python -m flows evaluate {model}` first"
        ) from None
    except (ValueError, AttributeError, TypeError):
        index, seal = {}, "damaged"
    if seal not in {None, digest_of(index)}:
        raise DataError(f"{path} is not what was written", act=f"run `python -m flows evaluate {model}` again")
    return index


def files_of(reports: Path, rated: RatedOutputs, index: Mapping[str, Any]) -> dict[str, list[tuple[Path, Entry]]]:
    """Return the files of each subject with their entries, in the order of the index: the same for all subjects.

    Raises:
        DataError: a file is missing or was changed, or a subject has none.
    """
    folder = reports / index["model"] / rated.folder
    files = {
        digest: [(_find(folder, digest, entry, rated.noun), entry) for entry in subject["files"]]
        for digest, subject in index["subjects"].items()
    }
    if not files or not all(files.values()):
        raise DataError(
            f"{folder / INDEX} names no {rated.plural}", act=f"run `python -m flows evaluate {index['model']}` again"
        )
    return files


def choose_items(reports: Path, rated: RatedOutputs, category: str, index: Mapping[str, Any], each: int) -> ItemSet:
    """Choose the outputs, at most `each` of a subject, and prepare them for the page.

    All subjects get the same positions of the index, so that they are rated on the same prompts. The positions are the
    first of a random order, so that a larger `each` later keeps the outputs that were rated already.

    Raises:
        DataError: from `files_of`.
    """
    files = files_of(reports, rated, index)
    positions = list(range(min(map(len, files.values()))))
    random.Random(derive_seed("rate", index["model"], index["snapshot"])).shuffle(positions)
    chosen = [(digest, *of_subject[at]) for digest, of_subject in files.items() for at in positions[:each]]
    contents = FORMS[rated.form].prepare([path for _, path, _ in chosen])
    items = [
        ShownItem(secrets.token_hex(16), digest, file_digest(path), content, entry.get("about", {}))
        for (digest, path, entry), content in zip(chosen, contents, strict=True)
    ]
    return ItemSet(index["model"], index["snapshot"], category, rated, tuple(items))


def _find(folder: Path, digest: str, entry: Entry, noun: str) -> Path:
    """Return a file of the index: in its subject's folder, or at a path relative to the index."""
    name, act = str(entry["file"]), "run `python -m flows evaluate` again"
    path = folder / digest / name
    found = next((place for place in (path, folder / name) if place.is_file()), None)
    if found is None:
        raise DataError(f"{path} is missing", expected=f"a {noun}", act=act)
    if entry.get("sha256") not in {None, file_digest(found)}:  # earlier releases wrote none
        raise DataError(f"{found} was changed", expected=f"the {noun} that was scored", act=act)
    return found
