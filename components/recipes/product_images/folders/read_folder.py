"""Product images: read a folder of pictures as squares and extract features. Other files are only counted."""

import os
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from components.core.errors import DataError
from components.data.catalogue.files import PICTURE_ENDINGS, SIDE_FILES, is_file
from components.data.pictures.errors import PictureError
from components.data.pictures.read import Picture, read_picture

BATCH = 64  # squares in memory: 50 MB at 512 pixels
FOLDER, OTHER_FILE, APPLE_DOUBLE = "folder", "other file", "._*"

Extract = Callable[[Tensor], Tensor]  # uint8 pictures (N, 3, H, W) to (N, width)
Progress = Callable[[int, int], None]  # (files read, of how many)


@dataclass(frozen=True)
class PictureFolder:
    """The pictures of a folder. Each tensor of `extracted` has a row for each of `names`, in their order.

    `contents` are the sha256 of the files. `ignored` counts by kind what was not scored, `repaired` what was converted.
    `enlarged` counts the pictures that are smaller than the squares: enlarging blurs them, which makes their scores
    worse.
    """

    folder: Path
    names: Sequence[str]
    contents: Sequence[str]
    ignored: Mapping[str, int]
    repaired: Mapping[str, int]
    enlarged: int
    extracted: Mapping[str, Tensor]


@dataclass(frozen=True)
class _Batch:
    """The features of some files of a folder."""

    names: Sequence[str]
    contents: Sequence[str]
    refused: Counter[str]
    repaired: Counter[str]
    enlarged: int
    extracted: Mapping[str, Tensor]


def extract_folder(folder: Path, size: int, extracts: Mapping[str, Extract], progress: Progress) -> PictureFolder:
    """Extract features of the pictures directly in a folder, each padded to a square of `size` pixels.

    Folders inside it are counted, not read: a score over pictures of two checkpoints would be meaningless.

    Raises:
        DataError: the folder is missing or has fewer than two pictures.
    """
    paths, ignored = list_pictures(folder)
    parts: list[_Batch] = []
    for start in range(0, len(paths), BATCH):
        parts.append(_extract_batch(paths[start : start + BATCH], size, extracts))
        progress(min(start + BATCH, len(paths)), len(paths))
    names = [name for part in parts for name in part.names]
    ignored = sum((part.refused for part in parts), ignored)
    _check_enough(folder, len(names), ignored)
    return PictureFolder(
        folder=folder,
        names=names,
        contents=[content for part in parts for content in part.contents],
        ignored=dict(sorted(ignored.items())),
        repaired=dict(sorted(sum((part.repaired for part in parts), Counter[str]()).items())),
        enlarged=sum(part.enlarged for part in parts),
        extracted={name: torch.cat([part.extracted[name] for part in parts if part.names]) for name in extracts},
    )


def list_pictures(folder: Path) -> tuple[list[Path], Counter[str]]:
    """Return the files that may be pictures, sorted by name, and the number of other entries by kind.

    Raises:
        DataError: the folder is missing.
    """
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}", expected="one with pictures", act="check its spelling")
    with os.scandir(folder) as entries:
        kinds = {Path(entry.path): _kind(entry) for entry in entries}
    return sorted(path for path, kind in kinds.items() if not kind), Counter(kind for kind in kinds.values() if kind)


def format_counts(counts: Mapping[str, int]) -> str:
    """Return counts by kind as a text.

    >>> format_counts({"._*": 16, "empty-picture-file": 1})
    '16 ._*, 1 empty-picture-file'
    """
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()))


def _kind(entry: os.DirEntry[str]) -> str:
    """Return the kind of an entry that cannot be a picture by its name, an empty text if it can."""
    name = entry.name.lower()
    if not is_file(entry):
        return FOLDER if Path(entry.path).is_dir() else OTHER_FILE
    if name.startswith("._"):  # macOS's metadata, with the ending of the picture beside it
        return APPLE_DOUBLE
    if name in SIDE_FILES:
        return name
    return "" if name.endswith(tuple(PICTURE_ENDINGS)) else OTHER_FILE


def _extract_batch(paths: Sequence[Path], size: int, extracts: Mapping[str, Extract]) -> _Batch:
    read = {path.name: _read(path, size) for path in paths}
    pictures = {name: found for name, found in read.items() if isinstance(found, Picture)}
    squares = [torch.from_numpy(np.array(picture.square)).permute(2, 0, 1) for picture in pictures.values()]
    return _Batch(
        names=list(pictures),
        contents=[picture.content for picture in pictures.values()],
        refused=Counter(str(found.reason) for found in read.values() if isinstance(found, PictureError)),
        repaired=Counter(str(repair) for picture in pictures.values() for repair in picture.repairs),
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
        beside = f" besides {format_counts(ignored)}" if ignored else ""
        raise DataError(
            f"{folder} has {pictures or 'no'} picture{'s' if pictures != 1 else ''}{beside}",
            expected=f"at least 2 ({', '.join(PICTURE_ENDINGS)})",
            act="name one of the folders in it" if ignored.get(FOLDER) else "name another folder",
        )
