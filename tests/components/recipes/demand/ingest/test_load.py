"""Tests: long and wide tables, CSV and Parquet, give the same series."""

from pathlib import Path

import pandas as pd
import pytest

from components.core.errors import DataError
from components.recipes.demand.ingest.load import find_file, load
from tests.components.recipes.demand.settings import (
    WEEKS,
    config_of,
    quantities,
    read,
    read_path,
    steady,
    week,
    write_table,
)

VALUES = [5 + (at % 3) for at in range(WEEKS)]


def test_a_table_with_a_column_for_each_period_gives_the_same_series(tmp_path: Path) -> None:
    header = ",".join(["id", *(week(at) for at in range(WEEKS))])
    rows = [",".join([name, *map(str, VALUES)]) for name in ("A", "B")]
    assert read(tmp_path, rows, header, layout="wide-rows").splits == read(tmp_path, steady("A", "B")).splits


def test_a_table_with_a_column_for_each_product_gives_the_same_series(tmp_path: Path) -> None:
    rows = [f"{week(at)},{value},{value}" for at, value in enumerate(VALUES)]
    assert read(tmp_path, rows, "date,A,B", layout="wide-columns").splits == read(tmp_path, steady("A", "B")).splits


def test_periods_without_dates_are_dated_from_the_first_one(tmp_path: Path) -> None:
    header = ",".join(["sku", *(f"m{at + 1:02d}" for at in range(36))])
    found = read(
        tmp_path,
        [",".join(["A", *["4"] * 36])],
        header,
        layout="wide-rows",
        columns={"id": "sku"},
        first_period="2020-01",
        frequency="monthly",
        season=12,
    )
    one = found.splits["test"][0]
    assert (one["start"], one["quantities"]) == ("2020-01-01", [4.0] * 36)


def test_an_empty_cell_of_a_wide_table_is_no_row(tmp_path: Path) -> None:
    rows = [f"{week(at)},{value},{'' if at < 5 else value}" for at, value in enumerate(VALUES)]
    found = read(tmp_path, rows, "date,A,B", layout="wide-columns")
    assert found.ingestion.notes["empty-cells"] == 5
    assert (found.ingestion.rows, len(quantities(found, "B"))) == (2 * WEEKS - 5, WEEKS - 5)


def test_a_header_with_thousands_of_products_is_read_whole(tmp_path: Path) -> None:
    names = [f"product-{at:05d}" for at in range(3000)]
    path = write_table(tmp_path, [",".join([week(0), *["1"] * 3000])], ",".join(["date", *names]))
    found = load(path, config_of(path, layout="wide-columns").data)
    assert found.frame["id"].tolist() == names


def test_parquet_gives_the_same_series_as_csv(tmp_path: Path) -> None:
    csv = write_table(tmp_path, steady("A", "B"))
    frame = pd.read_csv(csv, parse_dates=["date"])
    frame.to_parquet(tmp_path / "sales.parquet")
    assert read_path(tmp_path / "sales.parquet").splits == read_path(csv).splits


def test_a_missing_value_of_parquet_is_no_text(tmp_path: Path) -> None:
    rows = [row.split(",") for row in steady("A")]
    frame = pd.DataFrame(rows, columns=["id", "date", "quantity"]).astype({"quantity": "float64"})
    frame.loc[3, ["quantity"]] = float("nan")
    frame.loc[4, ["id"]] = None
    frame.to_parquet(tmp_path / "sales.parquet")
    assert read_path(tmp_path / "sales.parquet").ingestion.quarantined == {"no-quantity": 1, "no-id": 1}


def test_quoted_line_breaks_and_semicolons_are_read(tmp_path: Path) -> None:
    rows = [row.replace(",", ";") for row in steady("A")]
    rows[3] = f'"A\n";{week(3)};5'
    found = read(tmp_path, rows, "id;date;quantity")
    assert found.ingestion.kept == WEEKS
    assert found.ingestion.read_as["separator"] == "semicolon"


def test_other_encodings_and_blank_lines_keep_the_line_numbers(tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    rows = ["id,date,quantity", "", *steady("Müsli"), "x", ""]
    path.write_bytes("\r\n".join(rows).encode("cp1252"))
    found = read_path(path)
    assert [one["id"] for one in found.splits["test"]] == ["Müsli"]
    refused = found.found.frame[found.found.frame["refused"] != ""]
    assert refused["line"].tolist() == [WEEKS + 3]


@pytest.mark.parametrize("name", ["sales.csv", "sales.parquet"])
def test_a_missing_column_is_named(tmp_path: Path, name: str) -> None:
    frame = pd.DataFrame({"id": ["A"], "date": ["2024-01-01"], "sold": [1]})
    frame.to_parquet(tmp_path / name) if name.endswith("parquet") else frame.to_csv(tmp_path / name, index=False)
    with pytest.raises(DataError, match=r"has no column quantity; it has .*id, date, sold"):
        read_path(tmp_path / name)


def test_what_is_no_table_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "sales.parquet").write_bytes(b"no parquet")
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_path(tmp_path / "sales.parquet")


def test_one_column_for_two_roles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="expected each column once"):
        read(tmp_path, steady("A"), columns={"price": "quantity"})


def test_a_folder_gives_its_only_table(tmp_path: Path) -> None:
    path = write_table(tmp_path, steady("A"))
    assert find_file(tmp_path) == path
    with pytest.raises(DataError, match="does not exist, expected a CSV file"):
        find_file(tmp_path / "nothing")
