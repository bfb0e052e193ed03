"""Product images: files of captions for a folder of pictures, by file name."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from components.core.errors import DataError
from components.data.catalogue.other_tables import read_columns

FILE, CAPTION = "file_name", "caption"
LAYOUTS = f"a .json file of {{file name: caption}}, or a .csv file with the columns {FILE} and {CAPTION}"

Captions = Mapping[str, str]  # file name -> caption


def read_captions(path: Path) -> Captions:
    """Read a JSON object of captions by file name, or a CSV file with the columns `file_name` and `caption`.

    Raises:
        DataError: the file is missing or has another layout.
    """
    try:
        captions = _from_csv(path) if path.suffix.lower() == ".csv" else json.loads(path.read_bytes())
    except DataError:
        raise
    except (OSError, ValueError) as error:
        raise DataError(f"The captions {path} cannot be read ({_brief(error)})", expected=LAYOUTS) from None
    if not _are_captions(captions):
        raise DataError(f"The captions {path} have another layout", expected=LAYOUTS)
    return dict(captions)


def captions_for(names: Sequence[str], captions: Captions, folder: Path) -> list[str]:
    """Return the captions of a folder's pictures, in the order of their names.

    Raises:
        DataError: pictures have no caption; the message counts them.
    """
    missing = [name for name in names if not captions.get(name, "").strip()]
    if missing:
        raise DataError(
            f"{len(missing):,} of the {len(names):,} pictures in {folder} have no caption ({', '.join(missing[:3])}"
            f"{', ...' if len(missing) > 3 else ''})",
            expected="one for each",
            act="add them, or leave --captions out",
        )
    return [captions[name] for name in names]


def _from_csv(path: Path) -> Captions:
    return {row[FILE]: row[CAPTION] for row in read_columns(path, (FILE, CAPTION), free=CAPTION)}


def _are_captions(found: Any) -> bool:
    return isinstance(found, dict) and all(isinstance(caption, str) for caption in found.values())


def _brief(error: Exception) -> str:
    return getattr(error, "strerror", None) or " ".join(str(error).split())[:120]
