"""Data: read a catalogue in the Kaggle layout, keeping or refusing every row, and select rows from it."""

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.core.errors import DataError
from components.data.catalogue.files import Listing, check_catalogue, list_files
from components.data.catalogue.schema import ATTRIBUTES, COLUMNS, Refusal, Refused, Row
from components.data.catalogue.table import BYTE_ORDER_MARK, read_table

Where = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All rows of a catalogue: valid rows in the order of the file, with distinct ids, and refused rows."""

    files: Listing
    rows: Sequence[Row]
    refused: Sequence[Refused]
    notes: Mapping[str, int]

    @property
    def size(self) -> int:
        return len(self.rows) + len(self.refused)


def read_catalogue(folder: Path) -> Catalogue:
    """Read the tables and list the files of a catalogue. No picture is opened.

    Raises:
        DataError: the folder, styles.csv, a column of it or the folder `images` is missing.
    """
    check_catalogue(folder)
    files = list_files(folder)
    rows: dict[int, Row] = {}
    refused: list[Refused] = []
    for found in read_table(folder / "styles.csv"):
        if isinstance(found, Refused):
            refused.append(found)
        elif found.id in rows:
            detail = f"line {found.line} has the id of line {rows[found.id].line}, which is kept"
            refused.append(Refused(str(found.id), Refusal.DUPLICATE_ID, detail, found))
        else:
            rows[found.id] = found
    return Catalogue(files, list(rows.values()), refused, _notes(files, rows, refused))


def select(catalogue: Catalogue, where: Where) -> list[Row]:
    """Return the valid rows that have one of the accepted values in every column of `where`.

    Raises:
        DataError: a column is unknown, or no row matches; the message lists the values that occur, the closest first.
    """
    unknown = [column for column in where if column not in COLUMNS]
    if unknown:
        raise DataError(
            f"data.where names the column {', '.join(unknown)}, which styles.csv does not have",
            act=f"choose from {', '.join(COLUMNS)}",
        )
    selected = [row for row in catalogue.rows if matches(row, where)]
    if not selected:
        raise _nothing_selected(catalogue, where)
    return selected


def matches(row: Row | None, where: Where) -> bool:
    """Return whether the row was read and has one of the accepted values in every column of `where`."""
    return row is not None and all(row.values[column] in accepted for column, accepted in where.items())


def _nothing_selected(catalogue: Catalogue, where: Where) -> DataError:
    for column, accepted in where.items():
        counts = Counter(row.values[column] for row in catalogue.rows if row.values[column])
        if not counts.keys() & set(accepted):
            shown = [f"{value} ({counts[value]:,})" for value in _closest(accepted, counts)]
            return DataError(
                f"No row of {catalogue.files.folder} has {column} {' or '.join(accepted)}; it has "
                f"{', '.join(shown) or 'no values'}",
                act=f"correct data.where.{column}",
            )
    wanted = " and ".join(f"{column} {' or '.join(accepted)}" for column, accepted in where.items())
    found = f"No row of {catalogue.files.folder} has {wanted} at once, though each occurs"
    return DataError(found, act="loosen data.where")


def _closest(accepted: Sequence[str], counts: Counter[str]) -> list[str]:
    folded = {value.casefold(): value for value in counts}
    close = [folded[match] for value in accepted for match in difflib.get_close_matches(value.casefold(), folded, 3)]
    return list(dict.fromkeys([*close, *(value for value, _ in counts.most_common(12))]))[:12]


def _notes(files: Listing, rows: Mapping[int, Row], refused: Sequence[Refused]) -> dict[str, int]:
    known = rows.keys() | {found.row.id for found in refused if found.row}
    with (files.folder / "styles.csv").open("rb") as file:
        marked = file.read(len(BYTE_ORDER_MARK)) == BYTE_ORDER_MARK
    counted = {f"missing-{column}": sum(not row.values[column] for row in rows.values()) for column in ATTRIBUTES}
    counted |= {
        "byte-order-mark": int(marked),
        "side-files-ignored": files.side_files,
        "other-files-ignored": files.other_files,
        "pictures-without-row": len(files.pictures.keys() - known),
    }
    return {note: count for note, count in counted.items() if count}
