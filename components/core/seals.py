"""Core: seals of cached folders: digests of all files, bound to the folder's name. A folder that differs is removed."""

import json
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from components.core.files import file_digest, new_folder

SEAL = "seal.json"
LOG = logging.getLogger(__name__)


@contextmanager
def sealed_folder(place: Path) -> Iterator[Path]:
    """Yield an empty folder, which is sealed and renamed to `place` after the block: see `new_folder`.

    The last two names of `place` are part of the seal: an entry that is copied over another one is noticed.
    """
    with new_folder(place) as folder:
        yield folder
        (folder / SEAL).write_text(json.dumps(_seal_of(folder, place), indent=1) + "\n", encoding="utf-8")


def is_sealed(place: Path) -> bool:
    """Tell whether a folder has exactly the files that were sealed in it, under its own name."""
    try:
        found: Any = json.loads((place / SEAL).read_text(encoding="utf-8"))
        return bool(found == _seal_of(place, place))
    except (OSError, ValueError, RecursionError):
        return False


def discard(place: Path) -> None:
    """Remove what is at the place of an entry, if anything, and log that: the entry will be made again."""
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place, ignore_errors=True)  # another process may be removing it too
    elif place.exists() or place.is_symlink():
        place.unlink(missing_ok=True)
    else:
        return
    LOG.warning("%s is not known to be what was stored there: it was removed, and will be made again.", place)


def _seal_of(folder: Path, place: Path) -> dict[str, Any]:
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path != folder / SEAL}
    digests = {name: file_digest(path) for name, path in files.items() if not path.is_dir()}
    return {"place": f"{place.parent.name}/{place.name}", "files": digests}
