"""Failure modes: from the rows of a table to comments: each is kept, repaired or refused with a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from components.core.errors import DataError
from components.data.catalogue.values import is_missing, tidy
from components.data.table_file import Row, Table
from components.recipes.failure_modes.config import DataSettings
from components.recipes.failure_modes.ingest.clean import clean, key_of
from components.recipes.failure_modes.ingest.dates import iso_dates
from components.recipes.failure_modes.ingest.labels import NO_LABEL, spelled
from components.recipes.failure_modes.ingest.splits import GIVEN

OTHER_SPELLING, UNKNOWN_SPLIT = "other-spelling-of-label", "unknown-split"


@dataclass(frozen=True, slots=True)
class Read:
    """A row that was read. `label` is None in a table without labels; `given` is its split, if the table names one."""

    line: int
    text: str
    label: str | None
    date: str | None = None
    asset: str | None = None
    given: str = ""
    repairs: tuple[str, ...] = ()
    refused: str = ""
    other: Mapping[str, str] = ()  # type: ignore[assignment]  # values of the table's other columns
    before: str | None = None  # the label before a correction

    @property
    def key(self) -> str:
        return key_of(self.text)


def required_columns(data: DataSettings) -> list[str]:
    given = [data.split_column] if data.split.by == "given" and data.split_column else []
    dates = [data.date] if data.split.by == "date" and data.date else []
    return [data.text, *([data.label] if data.label else []), *given, *dates]


def read_rows(table: Table, data: DataSettings) -> list[Read]:
    """Return every row of the table. Raises DataError if the YAML names one column twice."""
    named = [name for name in (data.text, data.label, data.date, data.asset, data.split_column) if name]
    if len(set(named)) < len(named):
        raise DataError(f"data names the columns {', '.join(named)}", expected="each once", act="correct the YAML")
    readable = [row for row in table.rows if not row.refused]
    dates = iso_dates([row.values.get(data.date or "", "") for row in readable])
    spelling = spelled(row.values[data.label] for row in readable) if data.label else {}
    of_row = dict(zip((row.line for row in readable), dates, strict=True))
    return [_read(row, data, of_row.get(row.line), spelling) for row in table.rows]


def _read(row: Row, data: DataSettings, date: str | None, spelling: Mapping[str, str]) -> Read:
    if row.refused:
        return Read(row.line, "", None, refused=row.refused)
    cleaned = clean(row.values[data.text], data.reading)
    read = Read(row.line, cleaned.text, None, date, repairs=(*row.repairs, *cleaned.repairs), refused=cleaned.refused)
    named = {data.text, data.label, data.date, data.asset, data.split_column}
    other = {name: tidy(value) for name, value in row.values.items() if name and name not in named}
    asset = tidy(row.values.get(data.asset or "", "")) or None
    return _with_split(_with_label(replace(read, asset=asset, other=other), row, data, spelling), row, data)


def _with_label(read: Read, row: Row, data: DataSettings, spelling: Mapping[str, str]) -> Read:
    if not data.label:
        return read
    found = row.values[data.label]
    label = spelling[found]
    if is_missing(label):
        return replace(read, refused=read.refused or NO_LABEL)
    return replace(read, label=label, repairs=(*read.repairs, *([OTHER_SPELLING] if label != found else [])))


def _with_split(read: Read, row: Row, data: DataSettings) -> Read:
    if data.split.by != "given" or not data.split_column:
        return read
    word = row.values[data.split_column].strip().casefold()
    if word not in GIVEN:
        return replace(read, refused=read.refused or UNKNOWN_SPLIT)
    return replace(read, given=GIVEN[word])


def kept_of(rows: Sequence[Read]) -> list[Read]:
    return [row for row in rows if not row.refused]
