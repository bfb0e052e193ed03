"""Data: read a catalogue in the Kaggle layout, keeping or refusing every row, and select rows from it."""

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from components.core.errors import DataError
from components.data.catalogue.files import Listing, check_catalogue, list_files
from components.data.catalogue.schema import ATTRIBUTES, COLUMNS, Refusal, Refused, Row
from components.data.catalogue.spelling import Where, key_of, spelled_alike, spellings_of
from components.data.catalogue.table import read_table


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All rows of a catalogue: valid rows in the order of the file, with distinct ids, and refused rows."""

    files: Listing
    rows: Sequence[Row]
    refused: Sequence[Refused]
    notes: Mapping[str, int]
    read_as: Mapping[str, str]

    @property
    def size(self) -> int:
        return len(self.rows) + len(self.refused)


def read_catalogue(folder: Path, where: Where | None = None) -> Catalogue:
    """Read the tables and list the files of a catalogue. No picture is opened.

    Values of one column that differ in their spelling alone become one value, as `where` spells it, or most rows.

    Raises:
        DataError: the folder, styles.csv, a column of it or the folder `images` is missing.
    """
    check_catalogue(folder)
    files = list_files(folder)
    table = read_table(folder / "styles.csv")
    readable = [row for row in (found if isinstance(found, Row) else found.row for found in table.rows) if row]
    spellings = spellings_of(readable, where or {})
    rows: dict[int, Row] = {}
    refused: list[Refused] = []
    for found in (spelled_alike(found, spellings) for found in table.rows):
        if isinstance(found, Refused):
            refused.append(found)
        elif found.id in rows:
            detail = f"line {found.line} has the id of line {rows[found.id].line}, which is kept"
            refused.append(Refused(str(found.id), Refusal.DUPLICATE_ID, detail, found))
        else:
            rows[found.id] = found
    notes = {note: count for note, count in {**table.notes, **_notes(files, rows, refused)}.items() if count}
    return Catalogue(files, list(rows.values()), refused, notes, table.read_as)


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
    """Return whether the row was read and has, in any spelling, an accepted value in every column of `where`."""
    return row is not None and all(key_of(row.values[column]) in _keys(accepted) for column, accepted in where.items())


def unmatched(catalogue: Catalogue, where: Where) -> list[str]:
    """Return the accepted values that no row has, as `column: value`."""
    return [
        f"{column}: {value}"
        for column, accepted in where.items()
        for value in accepted
        if not any(matches(row, {column: [value]}) for row in catalogue.rows)
    ]


def _keys(accepted: Sequence[str]) -> frozenset[str]:
    return _keys_of(tuple(accepted))


@lru_cache(maxsize=1000)
def _keys_of(accepted: tuple[str, ...]) -> frozenset[str]:
    return frozenset(key_of(value) for value in accepted)


def _nothing_selected(catalogue: Catalogue, where: Where) -> DataError:
    for column, accepted in where.items():
        counts = Counter(row.values[column] for row in catalogue.rows if row.values[column])
        if not {key_of(value) for value in counts} & _keys(accepted):
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
    counted = {f"missing-{column}": sum(not row.values[column] for row in rows.values()) for column in ATTRIBUTES}
    return counted | {
        "side-files-ignored": files.side_files,
        "other-files-ignored": files.other_files,
        "pictures-without-row": len(files.pictures.keys() - known),
    }
