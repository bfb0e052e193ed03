"""Deployments: the pictures of the rating page, their names on it, and their order."""

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
from components.core.files import digest_of, file_digest
from components.core.seeds import derive_seed

INDEX, SEAL = "index.json", "seal"
WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture as the page shows it. `token` is its name there: random and new at each start."""

    token: str
    digest: str  # of the subject that it belongs to
    picture: str  # sha256 of the file
    png: bytes


@dataclass(frozen=True, slots=True)
class PictureSet:
    """The pictures that all raters rate, the same number of each subject."""

    model: str
    snapshot: str
    category: str  # what the pictures should show, in words
    pictures: tuple[ShownPicture, ...]

    def in_order_of(self, rater: str) -> list[ShownPicture]:
        """Return the pictures in a random order of this rater's own, the same at each visit."""
        order = sorted(self.pictures, key=lambda shown: (shown.digest, shown.picture))
        random.Random(derive_seed("rate", self.model, self.snapshot, rater)).shuffle(order)
        return order


def read_index(reports: Path, model: str) -> dict[str, Any]:
    """Return the index that `evaluate` wrote of the pictures that it kept.

    Raises:
        DataError: there are no pictures to rate yet, or the index is not what was written.
    """
    path = reports / model / "pictures" / INDEX
    try:
        index: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        seal = index.pop(SEAL, None)  # earlier releases wrote none
    except FileNotFoundError:
        raise DataError(
            f"No pictures of {model} are in {path.parent}", act=f"run `python -m flows evaluate {model}` first"
        ) from None
    except (ValueError, AttributeError, TypeError):
        index, seal = {}, "damaged"
    if seal not in {None, digest_of(index)}:
        raise DataError(f"{path} is not what was written", act=f"run `python -m flows evaluate {model}` again")
    return index


def files_of(reports: Path, index: Mapping[str, Any]) -> dict[str, list[Path]]:
    """Return the pictures of each subject, in the order of the index: the same prompts for all subjects.

    Raises:
        DataError: a picture is missing or was changed, or a subject has none.
    """
    folder = reports / index["model"] / "pictures"
    files = {
        digest: [_find(folder, digest, entry) for entry in subject["files"]]
        for digest, subject in index["subjects"].items()
    }
    if not files or not all(files.values()):
        raise DataError(
            f"{folder / INDEX} names no pictures", act=f"run `python -m flows evaluate {index['model']}` again"
        )
    return files


def choose_pictures(reports: Path, category: str, index: Mapping[str, Any], each: int) -> PictureSet:
    """Choose the pictures, at most `each` of a subject, and prepare them for the page.

    All subjects get the same positions of the index, so that they are rated on the same prompts. The positions are the
    first of a random order, so that a larger `each` later keeps the pictures that were rated already.

    Raises:
        DataError: from `files_of`.
    """
    files = files_of(reports, index)
    positions = list(range(min(map(len, files.values()))))
    random.Random(derive_seed("rate", index["model"], index["snapshot"])).shuffle(positions)
    chosen = [(digest, paths[position]) for digest, paths in files.items() for position in positions[:each]]
    size = min(_size(path) for _, path in chosen)
    pictures = [
        ShownPicture(secrets.token_hex(16), digest, file_digest(path), _png(path, size)) for digest, path in chosen
    ]
    return PictureSet(index["model"], index["snapshot"], category, tuple(pictures))


def _find(folder: Path, digest: str, entry: Mapping[str, Any]) -> Path:
    """Return a picture of the index: in its subject's folder, or at a path relative to the index."""
    name, act = str(entry["file"]), "run `python -m flows evaluate` again"
    path = folder / digest / name
    found = next((place for place in (path, folder / name) if place.is_file()), None)
    if found is None:
        raise DataError(f"{path} is missing", expected="a picture", act=act)
    if entry.get("sha256") not in {None, file_digest(found)}:  # earlier releases wrote none
        raise DataError(f"{found} was changed", expected="the picture that was scored", act=act)
    return found


def _size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def _png(path: Path, size: tuple[int, int]) -> bytes:
    """Return the pixels as a new PNG: size, colour mode, compression and metadata do not reveal the subject."""
    with Image.open(path) as picture:
        pixels = picture.convert("RGB")
    if pixels.size != size:
        pixels = ImageOps.pad(pixels, size, color=WHITE)
    pixels.info.clear()
    file = BytesIO()
    pixels.save(file, format="PNG")
    return file.getvalue()
