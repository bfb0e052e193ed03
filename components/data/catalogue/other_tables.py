"""Data: small tables beside styles.csv, such as one of captions, in any dialect."""

from collections.abc import Sequence
from pathlib import Path

from components.data.catalogue.dialect import check_format, find_dialect
from components.data.catalogue.encoding import decode
from components.data.catalogue.numbers import rejoin
from components.data.catalogue.records import read_records
from components.data.catalogue.values import visible


def read_columns(path: Path, columns: Sequence[str], free: str) -> list[dict[str, str]]:
    """Return the values of these columns for every row. Separators that are not quoted belong to the column `free`.

    A value that is missing at the end of a row is empty.

    Raises:
        DataError: the file is no text, or a column is missing; the message names it and the columns found.
        OSError: the file cannot be read.
    """
    data = path.read_bytes()
    check_format(path, data)
    decoded = decode(data)
    dialect = find_dialect(path, decoded.lines, columns)
    rows = []
    for record in read_records(decoded, dialect):
        if record:
            fields = [*record.fields, *[""] * (dialect.width - len(record.fields))]
            values = zip(dialect.columns, rejoin(fields, dialect.columns, {}, dialect.separator, free), strict=True)
            rows.append({column: visible(value).strip() for column, value in values if column in columns})
    return rows
