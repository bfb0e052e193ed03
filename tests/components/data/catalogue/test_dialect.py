"""Tests: the names of columns tell how a table is written."""

from pathlib import Path

import pytest

from components.core.errors import DataError
from components.data.catalogue.dialect import find_dialect
from components.data.catalogue.schema import COLUMNS
from tests.components.data.catalogues import HEADER, line


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^", "\x1f"])
@pytest.mark.parametrize("quote", ["", '"', "'"])
def test_separator_and_quotes_are_found(separator: str, quote: str) -> None:
    header = separator.join(f"{quote}{column}{quote}" for column in COLUMNS)
    dialect = find_dialect(Path("styles.csv"), [header])
    assert (dialect.separator, dialect.quote, dialect.columns) == (separator, quote or '"', list(COLUMNS))


@pytest.mark.parametrize(
    "header",
    [
        HEADER.upper(),
        HEADER.replace("baseColour", "Base Colour").replace("articleType", "article_type"),
        HEADER.replace("baseColour", "base-color").replace(",", " , "),
        f"\ufeff{HEADER},,",
    ],
)
def test_columns_are_known_in_other_letters_and_with_other_gaps(header: str) -> None:
    assert find_dialect(Path("styles.csv"), [header]).columns == list(COLUMNS)


@pytest.mark.parametrize("before", [["sep=;"], ['"sep=;"', ""], ["Products of 2026; by season", ""], ["", ";;;"]])
def test_the_header_may_stand_below_other_lines(before: list[str]) -> None:
    dialect = find_dialect(Path("styles.csv"), [*before, HEADER.replace(",", ";"), line(1).replace(",", ";")])
    assert (dialect.header, dialect.separator) == (len(before), ";")


def test_a_file_that_is_no_table_is_refused_in_time() -> None:
    every = "".join(map(chr, range(0x2000, 0x3000)))
    with pytest.raises(DataError, match="has no column id"):
        find_dialect(Path("styles.csv"), [every * 2000])


def test_a_missing_column_is_named_beside_the_readable_names_that_there_are() -> None:
    lines = ["id;na\x1b[31mme;" + "x" * 90]
    with pytest.raises(
        DataError, match=r"has no column gender.*it has the columns id, na\[31mme, x{30}\.\.\., expected"
    ):
        find_dialect(Path("styles.csv"), lines)
    with pytest.raises(DataError, match=r"styles.csv is empty"):
        find_dialect(Path("styles.csv"), ["", " "])
