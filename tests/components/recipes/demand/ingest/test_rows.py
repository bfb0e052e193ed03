"""Tests: texts become products and quantities; each row that cannot be read has a reason."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.core.errors import ConfigError, DataError
from components.recipes.demand.ingest.load import LINE, REFUSED, ROLES, Texts
from components.recipes.demand.ingest.rows import read_rows
from tests.components.recipes.demand.settings import WEEKS, by_id, config_of, quantities, read, steady, week

REFUSED_ROWS = [
    (f",{week(3)},1", "no-id"),
    ("A,,1", "no-date"),
    ("A,soon,1", "unknown-date"),
    (f"A,{week(3)},", "no-quantity"),
    (f"A,{week(3)},NaN", "no-quantity"),
    (f"A,{week(3)},some", "unknown-quantity"),
    (f"A,{week(3)},inf", "unknown-quantity"),
    (f"A,{week(3)}", "other-number-of-fields"),
    (f"A,{week(3)},1,2", "other-number-of-fields"),
]


@pytest.mark.parametrize(("row", "reason"), REFUSED_ROWS)
def test_a_row_that_says_no_sale_is_quarantined_with_its_reason(tmp_path: Path, row: str, reason: str) -> None:
    found = read(tmp_path, [*steady("A", "B"), row])
    assert found.ingestion.quarantined == {reason: 1}
    assert found.ingestion.kept == 2 * WEEKS
    assert quantities(found, "A") == quantities(found, "B")


def test_ids_that_differ_by_spaces_are_one_product_under_its_most_frequent_name(tmp_path: Path) -> None:
    rows = [row.replace("A 1,", "A1 ," if at % 7 == 0 else "A 1,") for at, row in enumerate(steady("A 1"))]
    found = read(tmp_path, [*rows, *steady("B"), f"\u00a0A  1,{week(3)},1"])
    assert sorted(by_id(found)) == ["A 1", "B"]
    assert quantities(found, "A 1")[3] == 6
    assert found.ingestion.repaired["other-spelling-of-id"] == 7


def test_ids_that_differ_by_spaces_inside_may_be_kept_apart(tmp_path: Path) -> None:
    found = read(tmp_path, [*steady("A 1"), *steady("A1")], reading={"alike_ids": "keep"})
    assert sorted(by_id(found)) == ["A 1", "A1"]


def test_ids_of_digits_keep_their_zeros(tmp_path: Path) -> None:
    assert sorted(by_id(read(tmp_path, [*steady("007"), *steady("7")]))) == ["007", "7"]


def test_decimal_commas_and_thousands_are_read(tmp_path: Path) -> None:
    rows = [row.replace(",", ";") for row in steady("A")]
    rows[3:6] = [f"A;{week(3)};1.234,5", f"A;{week(4)};2,5", f"A;{week(5)};1.000"]
    found = read(tmp_path, rows, "id;date;quantity")
    assert quantities(found, "A")[3:6] == [1234.5, 2.5, 1000.0]


def test_negative_numbers_are_read_however_they_are_written(tmp_path: Path) -> None:
    rows = [*steady("A"), f"A,{week(3)},\u22121", f"A,{week(4)},(2)", f"A,{week(5)},-1"]
    assert quantities(read(tmp_path, rows), "A")[3:6] == [4, 4, 6]


def test_dates_in_two_forms_count_in_the_same_weeks(tmp_path: Path) -> None:
    rows = steady("A")
    year, month, day = week(5).split("-")
    rows[5] = f"A,{day}/{month}/{year},7"
    found = read(tmp_path, rows)
    assert quantities(found, "A") == quantities(read(tmp_path, steady("A")), "A")
    assert found.ingestion.read_as["dates"] == "ISO 39, day first 1"


def test_a_time_in_another_time_zone_counts_on_its_day_here(tmp_path: Path) -> None:
    rows = [*steady("A"), f"A,{week(3)}T00:30:00+09:00,100"]
    found = read(tmp_path, rows, reading={"time_zone": "Europe/Berlin"})
    assert quantities(found, "A")[2:4] == [107, 5]
    assert found.ingestion.repaired["day-of-another-time-zone"] == 1


def test_an_unknown_time_zone_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"time_zone is Mars/Base, expected a time zone such as Europe/Berlin"):
        read(tmp_path, steady("A"), reading={"time_zone": "Mars/Base"})


def test_the_periods_of_a_wide_table_without_dates_need_a_date_that_is_one(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"data.first_period is 'soon', expected a date"):
        read(tmp_path, ["A,1,2"], "id,m1,m2", layout="wide-rows", first_period="soon")


@given(st.lists(st.tuples(*[st.text(max_size=8)] * 3), max_size=8))
def test_each_row_is_usable_or_has_a_reason(rows: list[tuple[str, str, str]]) -> None:
    frame = pd.DataFrame(
        [dict(zip(ROLES, (*row, "", "", ""), strict=True)) | {LINE: at, REFUSED: ""} for at, row in enumerate(rows)],
        columns=[LINE, REFUSED, *ROLES],
        dtype=object,
    )
    found = read_rows(Texts(frame, ROLES[:3]), config_of().data).frame
    assert len(found) == len(rows)
    usable = found[found[REFUSED] == ""]
    assert usable["quantity"].notna().all()
    assert usable["day"].notna().all()
    assert (usable["id"] != "").all()
