"""Data: the files in a catalogue's folder, listed without opening them, and their fingerprint."""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.core.errors import DataError
from components.data.catalogue.digests import digests_of
from components.data.catalogue.schema import LAYOUT

# In order of preference. What a file is, its content says: `components.data.pictures.read` reads any of its formats.
PICTURE_ENDINGS: Sequence[str] = (
    *(".jpg", ".jpeg", ".png", ".webp", ".avif", ".tif", ".tiff", ".bmp", ".jp2", ".jpe", ".jfif", ".gif", ".psd"),
    *(".ppm", ".tga", ".qoi"),
)
SIDE_FILES = frozenset({".ds_store", "thumbs.db", "desktop.ini"})  # and names that begin with `._`


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a catalogue by product id. `sizes` are the bytes of the picture files."""

    folder: Path
    pictures: Mapping[int, Path]
    sizes: Mapping[int, int]
    styles: Mapping[int, Path]
    side_files: int
    other_files: int


def check_catalogue(folder: Path) -> None:
    """Raise DataError unless the folder has the files of the Kaggle layout."""
    if not folder.is_dir():
        raise DataError(
            f"There is no catalogue at {folder}",
            expected=f"a folder with {LAYOUT}",
            act="name one with --catalogue, or in the YAML as data.catalogue",
        )
    inner = [found.parent.name for found in sorted(folder.glob("*/styles.csv"))]
    act = f"name its folder {inner[0]} instead" if inner else "put it there, or name another folder with --catalogue"
    if not (folder / "styles.csv").is_file():
        raise DataError(f"The catalogue {folder} has no styles.csv", expected=LAYOUT, act=act)
    if not (folder / "images").is_dir():
        raise DataError(f"The catalogue {folder} has no folder images", expected=LAYOUT, act=act)


def list_files(folder: Path) -> Listing:
    """List the files of a catalogue's folder. Links are followed, and no file is opened."""
    found = {where: list(_entries(folder / where)) for where in ("", "images", "styles")}
    sides = sum(_is_side_file(entry.name) for entries in found.values() for entry in entries)
    images = [entry for entry in found["images"] if not _is_side_file(entry.name)]
    pictures = {int(Path(entry.name).stem): entry for entry in sorted(images, key=_preference) if _is_picture(entry)}
    styles = {int(Path(e.name).stem): Path(e.path) for e in found["styles"] if _is_numbered(e.name, (".json",))}
    return Listing(
        folder=folder,
        pictures={product: Path(entry.path) for product, entry in pictures.items()},
        sizes={product: entry.stat().st_size for product, entry in pictures.items()},
        styles=styles,
        side_files=sides,
        other_files=len(images) - len(pictures),
    )


def fingerprint_of(folder: Path, cache: Path | None = None) -> str:
    """Return 16 hex digits that change with the name or the content of any file, wherever the folder lies.

    With a `cache`, only the files that changed since the last call are read.
    """
    tables = [name for name in ("styles.csv", "images.csv") if (folder / name).is_file()]
    others = [f"{where}/{entry.name}" for where in ("images", "styles") for entry in _entries(folder / where)]
    digests = digests_of(folder, [*tables, *others], cache)
    return hashlib.sha256(json.dumps(digests, sort_keys=True).encode()).hexdigest()[:16]


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    if not folder.is_dir():
        return
    with os.scandir(folder) as entries:
        yield from (entry for entry in entries if is_file(entry))


def is_file(entry: os.DirEntry[str]) -> bool:
    """Return whether this is a file or leads to one. A link that leads to itself does not."""
    try:
        return entry.is_file()
    except OSError:
        return False


def _is_side_file(name: str) -> bool:
    return name.startswith("._") or name.lower() in SIDE_FILES


def _is_picture(entry: os.DirEntry[str]) -> bool:
    return _is_numbered(entry.name, PICTURE_ENDINGS)


def _is_numbered(name: str, endings: Sequence[str]) -> bool:
    path = Path(name)
    return path.suffix.lower() in endings and path.stem.isascii() and path.stem.isdecimal()


def _preference(entry: os.DirEntry[str]) -> tuple[int, str]:
    """Return a sort key that puts the preferred ending last, so that a dict keeps it."""
    ending = Path(entry.name).suffix.lower()
    return (-PICTURE_ENDINGS.index(ending) if ending in PICTURE_ENDINGS else -len(PICTURE_ENDINGS), entry.name)
