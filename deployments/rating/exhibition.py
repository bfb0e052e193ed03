"""Deployments: which pictures people judge, under which names, in which order."""

import json
import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from components.core.errors import DataError
from components.core.files import file_digest
from components.core.seeds import derive_seed

INDEX = "index.json"
WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A picture as it is shown. `token` is its name on the page: drawn anew each time, it tells nothing."""

    token: str
    digest: str  # of the subject that it belongs to
    picture: str  # sha256 of the file
    png: bytes


@dataclass(frozen=True, slots=True)
class Exhibition:
    """The pictures that all raters judge, as many of each subject."""

    model: str
    snapshot: str
    category: str  # what they should show, for people
    exhibits: tuple[Exhibit, ...]

    def in_order_of(self, rater: str) -> list[Exhibit]:
        """Return the pictures in the random order of one rater, the same one whenever they come back."""
        order = sorted(self.exhibits, key=lambda exhibit: (exhibit.digest, exhibit.picture))
        random.Random(derive_seed("rate", self.model, self.snapshot, rater)).shuffle(order)
        return order


def read_index(reports: Path, model: str) -> dict[str, Any]:
    """Return what `evaluate` wrote down about the pictures that it kept.

    Raises:
        DataError: there is nothing to judge yet.
    """
    path = reports / model / "pictures" / INDEX
    try:
        index: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError(
            f"No pictures of {model} are in {path.parent}: run `python -m flows evaluate {model}` first."
        ) from None
    return index


def files_of(reports: Path, index: Mapping[str, Any]) -> dict[str, list[Path]]:
    """Return the pictures of each subject, in the order of the index: prompt by prompt, the same for all.

    Raises:
        DataError: a picture is missing, or a subject has none.
    """
    folder = reports / index["model"] / "pictures"
    files = {
        digest: [_find(folder, digest, entry["file"]) for entry in subject["files"]]
        for digest, subject in index["subjects"].items()
    }
    if not files or not all(files.values()):
        raise DataError(f"{folder / INDEX} names no pictures: run `python -m flows evaluate {index['model']}` again.")
    return files


def hang(reports: Path, category: str, index: Mapping[str, Any], each: int) -> Exhibition:
    """Choose the pictures, at most `each` of a subject, and make them ready to be shown.

    The same places are chosen of all subjects, so that all are judged on the same prompts. They are the first few of a
    random order, so that whoever asks for more pictures later keeps those that were judged already.

    Raises:
        DataError: from `files_of`.
    """
    files = files_of(reports, index)
    places = list(range(min(map(len, files.values()))))
    random.Random(derive_seed("rate", index["model"], index["snapshot"])).shuffle(places)
    chosen = [(digest, paths[place]) for digest, paths in files.items() for place in places[:each]]
    size = min(_size(path) for _, path in chosen)
    exhibits = [Exhibit(secrets.token_hex(16), digest, file_digest(path), _png(path, size)) for digest, path in chosen]
    return Exhibition(index["model"], index["snapshot"], category, tuple(exhibits))


def _find(folder: Path, digest: str, name: str) -> Path:
    """Return a picture that lies in its subject's folder, or where the path from the index leads."""
    for path in (folder / digest / name, folder / name):
        if path.is_file():
            return path
    raise DataError(f"{folder / digest / name} is missing, expected a picture: run `python -m flows evaluate` again.")


def _size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def _png(path: Path, size: tuple[int, int]) -> bytes:
    """Return the bare pixels: neither size, colour mode, compression nor notes in the file tell whose it is."""
    with Image.open(path) as picture:
        pixels = picture.convert("RGB")
    if pixels.size != size:
        pixels = ImageOps.pad(pixels, size, color=WHITE)
    pixels.info.clear()
    file = BytesIO()
    pixels.save(file, format="PNG")
    return file.getvalue()
