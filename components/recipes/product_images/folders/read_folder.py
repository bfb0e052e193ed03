"""Product images: a folder of any pictures, extracted from as squares. Other files are counted, never scored."""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from components.core.errors import DataError
from components.data.catalogue.files import PICTURE_ENDINGS, SIDE_FILES
from components.data.pictures.read import Picture, PictureError, read_picture

BATCH = 64  # squares that are held at once: 50 MB at 512 pixels, however many the folder has
FOLDER, OTHER_FILE, APPLE_DOUBLE = "folder", "other file", "._*"

Extract = Callable[[Tensor], Tensor]  # uint8 pictures (N, 3, H, W) to (N, width)
Progress = Callable[[int, int], None]  # (files read, of how many)


@dataclass(frozen=True)
class PictureFolder:
    """What a folder holds. Each tensor of `extracted` has a row for each of `names`, in their order.

    `contents` are the sha256 of the files. `ignored` counts by kind what was not scored. `enlarged` counts the pictures
    that are smaller than the squares: enlarging blurs them, which scores take for a fault of the pictures.
    """

    folder: Path
    names: Sequence[str]
    contents: Sequence[str]
    ignored: Mapping[str, int]
    enlarged: int
    extracted: Mapping[str, Tensor]


@dataclass(frozen=True)
class _Part:
    """Some files of a folder, without their pixels."""

    names: Sequence[str]
    contents: Sequence[str]
    refused: Counter[str]
    enlarged: int
    extracted: Mapping[str, Tensor]


def extract_folder(folder: Path, size: int, extracts: Mapping[str, Extract], progress: Progress) -> PictureFolder:
    """Extract from the pictures that lie directly in a folder, each whole, padded to a square of `size` pixels.

    Folders inside it are counted and not read: pictures of two checkpoints together have a score that means nothing.

    Raises:
        DataError: there is no such folder, or it has fewer than two pictures.
    """
    paths, ignored = list_pictures(folder)
    parts: list[_Part] = []
    for start in range(0, len(paths), BATCH):
        parts.append(_look_at(paths[start : start + BATCH], size, extracts))
        progress(min(start + BATCH, len(paths)), len(paths))
    names = [name for part in parts for name in part.names]
    ignored = sum((part.refused for part in parts), ignored)
    _check_enough(folder, len(names), ignored)
    return PictureFolder(
        folder=folder,
        names=names,
        contents=[content for part in parts for content in part.contents],
        ignored=dict(sorted(ignored.items())),
        enlarged=sum(part.enlarged for part in parts),
        extracted={name: torch.cat([part.extracted[name] for part in parts if part.names]) for name in extracts},
    )


def list_pictures(folder: Path) -> tuple[list[Path], Counter[str]]:
    """Return the files that may be pictures, by name, and how many entries of each other kind there are.

    Raises:
        DataError: there is no such folder.
    """
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}, expected one with pictures: check how it is spelt.")
    with os.scandir(folder) as entries:
        kinds = {Path(entry.path): _kind(entry) for entry in entries}
    return sorted(path for path, kind in kinds.items() if not kind), Counter(kind for kind in kinds.values() if kind)


def told(ignored: Mapping[str, int]) -> str:
    """Return what was ignored, in words.

    >>> told({"._*": 16, "empty-picture-file": 1})
    '16 ._*, 1 empty-picture-file'
    """
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(ignored.items()))


def _kind(entry: os.DirEntry[str]) -> str:
    """Return why an entry cannot be a picture by its name alone, nothing if it can."""
    name = entry.name.lower()
    if entry.is_dir():
        return FOLDER
    if name.startswith("._"):  # macOS keeps there what other file systems cannot; it ends like the picture beside it
        return APPLE_DOUBLE
    if name in SIDE_FILES:
        return name
    return "" if name.endswith(tuple(PICTURE_ENDINGS)) else OTHER_FILE


def _look_at(paths: Sequence[Path], size: int, extracts: Mapping[str, Extract]) -> _Part:
    read = {path.name: _read(path, size) for path in paths}
    pictures = {name: found for name, found in read.items() if isinstance(found, Picture)}
    squares = [torch.from_numpy(np.array(picture.square)).permute(2, 0, 1) for picture in pictures.values()]
    return _Part(
        names=list(pictures),
        contents=[picture.content for picture in pictures.values()],
        refused=Counter(str(found.reason) for found in read.values() if isinstance(found, PictureError)),
        enlarged=sum(max(picture.width, picture.height) < size for picture in pictures.values()),
        extracted=_extracted(torch.stack(squares), extracts) if squares else {},
    )


def _read(path: Path, size: int) -> Picture | PictureError:
    try:
        return read_picture(path, size)
    except PictureError as error:
        return error


@torch.inference_mode()
def _extracted(squares: Tensor, extracts: Mapping[str, Extract]) -> dict[str, Tensor]:
    return {name: extract(squares).float().cpu() for name, extract in extracts.items()}


def _check_enough(folder: Path, pictures: int, ignored: Mapping[str, int]) -> None:
    if pictures < 2:
        beside = f" besides {told(ignored)}" if ignored else ""
        inside = ": name one of the folders in it" if ignored.get(FOLDER) else ": name another folder"
        raise DataError(
            f"{folder} has {pictures or 'no'} picture{'s' if pictures != 1 else ''}{beside}, expected at least 2 "
            f"({', '.join(PICTURE_ENDINGS)}){inside}."
        )
