"""Tests: a table of comments is read whatever its encoding, separator, quotes and line ends are."""

from pathlib import Path

import pytest

from components.core.errors import DataError
from components.data.table_file import (
    OPEN_QUOTE,
    OTHER_COUNT,
    OTHER_ENCODING,
    find_table,
    read_table,
)

COLUMNS = ("text", "label")
COMMENT = "Motor läuft heiß"  # letters that differ in each encoding


def read(tmp_path: Path, content: bytes) -> list[tuple[str, ...]]:
    (tmp_path / "comments.csv").write_bytes(content)
    return [tuple(row.values.values()) for row in read_table(tmp_path / "comments.csv", COLUMNS).rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-32"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encoding_separator_and_line_ends_are_detected(tmp_path: Path, encoding: str, separator: str, end: str) -> None:
    lines = [separator.join(("text", "label")), separator.join((COMMENT, "Overheating"))]
    assert read(tmp_path, end.join([*lines, ""]).encode(encoding)) == [(COMMENT, "Overheating")]


def test_single_lines_in_another_encoding_are_read_and_counted_as_repaired(tmp_path: Path) -> None:
    lines = [b"text,label", f"{COMMENT},Noise".encode(), f"{COMMENT},Leak".encode("latin-1")]
    (tmp_path / "comments.csv").write_bytes(b"\n".join(lines))
    rows = read_table(tmp_path / "comments.csv", COLUMNS).rows
    assert [row.values["text"] for row in rows] == [COMMENT, COMMENT]
    assert [row.repairs for row in rows] == [(), (OTHER_ENCODING,)]


def test_quoted_separators_quotes_and_line_ends_belong_to_the_text(tmp_path: Path) -> None:
    content = 'text,label\n"hose, 2"" long,\nleaking",Leak\n5" pipe bent,Structural\n'
    assert read(tmp_path, content.encode()) == [('hose, 2" long,\nleaking', "Leak"), ('5" pipe bent', "Structural")]


def test_a_quote_that_is_not_closed_loses_one_line_and_not_the_rest(tmp_path: Path) -> None:
    lines = ["text,label", '"never closed,Leak', *(f"comment {n},Noise" for n in range(100))]
    (tmp_path / "comments.csv").write_text("\n".join(lines))
    rows = read_table(tmp_path / "comments.csv", COLUMNS).rows
    assert [(row.line, row.refused) for row in rows if row.refused] == [(2, OPEN_QUOTE)]
    assert len(rows) == 101


def test_a_row_with_more_or_fewer_fields_is_refused(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text("text,label\nleak, at pump,Leak\nonly text\nfine,Noise,,\n")
    rows = read_table(tmp_path / "comments.csv", COLUMNS).rows
    assert [row.refused for row in rows] == [OTHER_COUNT, OTHER_COUNT, ""]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04 a workbook", "is a zip or Excel file, expected a table as text: save it as CSV"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "is an Excel file, expected a table as text: save it as CSV"),
        (b"", "is empty, expected a header with text, label"),
        (b"text,kind\nleaking,Leak\n", "has no column label; it has the columns text, kind"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "comments.csv").write_bytes(content)
    with pytest.raises(DataError, match=said):
        read_table(tmp_path / "comments.csv", COLUMNS)


def test_a_folder_with_one_table_is_enough_and_with_two_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("text,label\n")
    assert find_table(tmp_path) == tmp_path / "a.csv"
    (tmp_path / "b.csv").write_text("text,label\n")
    with pytest.raises(DataError, match="has 2 tables, expected a CSV file, or a folder with one: name the file"):
        find_table(tmp_path)
    with pytest.raises(DataError, match="does not exist"):
        find_table(tmp_path / "nowhere")
