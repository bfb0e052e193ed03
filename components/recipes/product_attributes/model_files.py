"""Product attributes: where the files of a version lie, a version in memory, and the digest of its weights."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.core.errors import CheckpointError
from components.core.files import digest_of, file_digest
from components.recipes.product_attributes.candidates import RowModel, load_model
from components.recipes.product_attributes.rows import constraints as rules
from components.recipes.product_attributes.rows import encoding as columns
from components.recipes.product_attributes.rows.constraints import Constraints
from components.recipes.product_attributes.rows.encoding import Encoding

MODEL, TABLE = "model", "table.json"
TABLE_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Version:
    """A version in memory: the model, how its codes are read, and the constraints that every row meets."""

    model: RowModel
    encoding: Encoding
    constraints: Constraints


def write_table(folder: Path, encoding: Encoding, constraints: Constraints) -> None:
    """Write the columns and the constraints of a version, which all candidates of a training share."""
    content = {"format": TABLE_FORMAT, "columns": columns.as_json(encoding), "constraints": rules.as_json(constraints)}
    (folder / TABLE).write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")


def open_version(folder: Path) -> Version:
    """Load the files of a version, from its checkpoint or from the folder in which MLflow keeps it.

    Raises:
        CheckpointError: a file is missing, or of another format.
    """
    place = model_folder(folder)
    content: dict[str, Any] = json.loads((place / TABLE).read_text(encoding="utf-8"))
    if content.get("format") != TABLE_FORMAT:
        found = f"{place / TABLE} has the format {content.get('format')}"
        raise CheckpointError(found, expected=str(TABLE_FORMAT), act="train again")
    encoding = columns.from_json(content["columns"])
    return Version(load_model(place / MODEL), encoding, rules.from_json(content["constraints"], encoding))


def model_folder(folder: Path) -> Path:
    """Return the folder that has the model: the checkpoint itself, or the one that MLflow's pyfunc put into `data`."""
    for place in (folder, *sorted(path for path in folder.glob("*") if path.is_dir())):
        if (place / TABLE).is_file():
            return place
    raise CheckpointError(f"{folder} has no {TABLE}", expected="one", act="train again")


def weights_digest(folder: Path) -> str:
    """Return the digest of all that a version generates by: its model, its columns and its constraints."""
    files = [folder / TABLE, *sorted(path for path in (folder / MODEL).rglob("*") if path.is_file())]
    return digest_of({path.relative_to(folder).as_posix(): file_digest(path) for path in files})
