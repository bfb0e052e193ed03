"""Tests: a small table gives its columns in any dialect."""

from pathlib import Path

import pytest

from components.core.errors import DataError
from components.data.catalogue.other_tables import read_columns

COLUMNS = ("file_name", "caption")
ROWS = [{"file_name": "1.png", "caption": "Red, white shoe"}, {"file_name": "2.png", "caption": "A blue one"}]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("file_name,caption\n1.png,Red, white shoe\n2.png,A blue one\n", "utf-8"),
        ('"file_name","caption"\n"1.png","Red, white shoe"\n"2.png","A blue one"\n', "utf-8-sig"),
        ("File Name;n;CAPTION\r\n1.png;7;Red, white shoe\r\n2.png;8;A blue one", "cp1252"),
        ("caption\tfile_name\nRed, white shoe\t1.png\nA blue one\t2.png\n", "utf-16"),
    ],
)
def test_the_rows_come_back(text: str, encoding: str, tmp_path: Path) -> None:
    (tmp_path / "captions.csv").write_bytes(text.encode(encoding))
    assert read_columns(tmp_path / "captions.csv", COLUMNS, free="caption") == ROWS


def test_a_row_that_ends_early_has_an_empty_value_and_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "captions.csv"
    path.write_text("file_name,caption\n1.png\n")
    assert read_columns(path, COLUMNS, free="caption") == [{"file_name": "1.png", "caption": ""}]
    path.write_text("file_name,text\n1.png,Red\n")
    with pytest.raises(DataError, match=r"captions.csv has no column caption; it has the columns file_name, text"):
        read_columns(path, COLUMNS, free="caption")
