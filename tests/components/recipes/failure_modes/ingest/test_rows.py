"""Tests: each row of a table is kept, repaired or refused with a reason."""

from pathlib import Path

import pytest

from components.core.errors import DataError
from components.data.table_file import read_table
from components.recipes.failure_modes.ingest.rows import read_rows, required_columns
from tests.components.recipes.failure_modes.settings import config_of, table


def test_label_date_asset_split_and_other_columns_are_read(tmp_path: Path) -> None:
    header = "id,text,label,date,asset,split"
    (tmp_path / "c.csv").write_text(table([("7", "hose leaks", "LEAK", "2024-01-02", "Baler", "dev")] * 2, header))
    data = config_of(data={"split": {"by": "given"}}).data
    row = read_rows(read_table(tmp_path / "c.csv", required_columns(data)), data)[0]
    assert (row.text, row.label, row.date, row.asset) == ("hose leaks", "LEAK", "2024-01-02", "Baler")
    assert (row.given, row.other, row.refused) == ("validation", {"id": "7"}, "")


def test_rows_without_a_label_or_with_an_unknown_split_are_refused(tmp_path: Path) -> None:
    rows = [
        ("a leak", "", "train"),
        ("b leak", "Leak", "holdout"),
        ("c leak", "n/a", "test"),
        ("d leak", "Leak", "test"),
    ]
    (tmp_path / "c.csv").write_text(table(rows, "text,label,split"))
    data = config_of(data={"split": {"by": "given"}}).data
    found = read_rows(read_table(tmp_path / "c.csv", required_columns(data)), data)
    assert [row.refused for row in found] == ["no-label", "unknown-split", "no-label", ""]


def test_a_column_that_is_named_twice_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text(table([("a", "b")]))
    data = config_of(data={"label": "text"}).data
    with pytest.raises(DataError, match="data names the columns text, text"):
        read_rows(read_table(tmp_path / "c.csv", ["text"]), data)
