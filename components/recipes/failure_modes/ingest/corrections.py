"""Failure modes: corrections that people made to labels: read from a file, and applied to the rows of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from components.core.corrections import Correction
from components.core.errors import DataError
from components.data.catalogue.values import is_missing, tidy
from components.data.table_file import read_table
from components.recipes.failure_modes.config import FailureModesConfig
from components.recipes.failure_modes.ingest.clean import clean
from components.recipes.failure_modes.ingest.rows import Read

TEXT, LABEL = "text", "label"
CORRECTED, CONFIRMED, ADDED = "label-corrected", "label-confirmed-by-a-correction", "added-by-a-correction"


def read_corrections(config: FailureModesConfig, file: Path) -> Sequence[Mapping[str, str]]:
    """Return the corrections in a CSV file with the columns `text` and `label`: what is right for a comment.

    Personal details are masked before anything is kept.

    Raises:
        DataError: the file has other columns, or a row has no text or no label; the message names its line.
    """
    if not file.is_file():
        raise DataError(f"There is no file {file}", expected="a CSV file with the columns text and label")
    found = []
    for row in read_table(file, (TEXT, LABEL)).rows:
        cleaned = clean(row.values.get(TEXT, ""), config.data.reading)
        label = tidy(row.values.get(LABEL, ""))
        if fault := row.refused or cleaned.refused or ("no-label" if is_missing(label) else ""):
            found_fault = f"Line {row.line} of {file} cannot be used ({fault})"
            raise DataError(found_fault, expected="a comment and its failure mode", act="correct the line")
        found.append({TEXT: cleaned.text, LABEL: label})
    if not found:
        raise DataError(f"{file} has no rows", expected="one correction at least")
    return found


def corrected(rows: Sequence[Read], corrections: Sequence[Correction]) -> list[Read]:
    """Return the rows with the corrected labels; a correction of a comment that the table lacks is a row of its own.

    A later correction of the same comment replaces an earlier one. The label before it is kept in `before`.
    """
    wanted = {row.key: row for row in (Read(0, c.fields[TEXT], c.fields[LABEL], repairs=(ADDED,)) for c in corrections)}
    found = [_corrected(row, wanted) for row in rows]
    there = {row.key for row in found if not row.refused}
    return [*found, *(replace(row, before="") for key, row in wanted.items() if key not in there)]


def _corrected(row: Read, wanted: Mapping[str, Read]) -> Read:
    right = None if row.refused and row.refused != "no-label" else wanted.get(row.key)
    if right is None:
        return row
    what = CONFIRMED if right.label == row.label else CORRECTED
    return replace(row, label=right.label, before=row.label or "", refused="", repairs=(*row.repairs, what))
