"""Tests: rows become one quantity a period; gaps, holes and pauses by the stated rules."""

from pathlib import Path

import pytest

from components.core.errors import DataError
from components.recipes.demand.ingest.load import LINE, REFUSED
from tests.components.recipes.demand.settings import WEEKS, by_id, quantities, read, sales, steady, week


def without(rows: list[str], *weeks: int, name: str = "") -> list[str]:
    gone = {week(at) for at in weeks}
    return [row for row in rows if not (row.split(",")[1] in gone and row.startswith(name))]


def test_a_week_without_a_row_is_a_week_without_a_sale(tmp_path: Path) -> None:
    rows = without(steady("A", "B"), 7, name="A")
    assert quantities(read(tmp_path, rows), "A")[7] == 0
    assert quantities(read(tmp_path, rows, reading={"gaps": "previous"}), "A")[7] == 5


def test_a_week_without_any_row_is_a_hole_and_filled_with_the_last_season(tmp_path: Path) -> None:
    rows = without(steady("A", "B"), 20)
    found = read(tmp_path, rows)
    assert found.found.holes == (20,)
    assert quantities(found, "A")[20] == quantities(found, "A")[20 - 13] == 6
    assert quantities(read(tmp_path, rows, reading={"holes": "zero"}), "A")[20] == 0
    assert quantities(read(tmp_path, rows, reading={"holes": "previous"}), "A")[20] == 6


def test_a_hole_before_a_whole_season_is_filled_with_the_week_before(tmp_path: Path) -> None:
    assert quantities(read(tmp_path, without(steady("A", "B"), 5)), "A")[5] == 6


def test_after_a_gap_of_a_year_a_series_begins_anew(tmp_path: Path) -> None:
    weeks = [*range(10), *range(70, 110)]
    rows = [f"A,{week(at)},5" for at in weeks] + [f"B,{week(at)},5" for at in range(110)]
    found = read(tmp_path, rows)
    assert (len(quantities(found, "A")), by_id(found)["A"]["start"]) == (40, week(70))
    assert found.ingestion.quarantined == {"before-a-long-gap": 10}
    assert len(quantities(read(tmp_path, rows, reading={"longest_gap": 60}), "A")) == 110


def test_holes_of_the_whole_table_are_no_gap_of_a_product(tmp_path: Path) -> None:
    rows = without(steady("A", "B"), *range(10, 20))
    assert len(quantities(read(tmp_path, rows, reading={"longest_gap": 9}), "A")) == WEEKS


def test_returns_are_taken_off_down_to_zero(tmp_path: Path) -> None:
    rows = [*steady("A", "B"), f"A,{week(3)},-2", f"A,{week(4)},-50"]
    found = read(tmp_path, rows)
    assert quantities(found, "A")[3:5] == [3, 0]
    assert found.ingestion.notes["more-returns-than-sales"] == 1
    ignored = read(tmp_path, rows, reading={"returns": "ignore"})
    assert quantities(ignored, "A")[3:5] == [5, 6]
    assert ignored.ingestion.quarantined == {"return-left-out": 2}


def test_series_that_never_sold_or_are_too_short_are_named(tmp_path: Path) -> None:
    rows = [*steady("A"), *sales("ZEROS", [0] * WEEKS), *sales("BACK", [-1] * WEEKS), f"ONE,{week(WEEKS - 1)},3"]
    found = read(tmp_path, rows)
    assert found.found.refused == {
        "ZEROS": "series-never-sold",
        "BACK": "series-never-sold",
        "ONE": "series-too-short",
    }
    assert found.ingestion.quarantined == {"series-never-sold": 2 * WEEKS, "series-too-short": 1}


def test_a_constant_series_and_a_single_series_are_kept(tmp_path: Path) -> None:
    found = read(tmp_path, sales("A", [7] * WEEKS))
    assert {split: len(part) for split, part in found.splits.items()} == {"train": 1, "validation": 1, "test": 1}
    assert (by_id(found)["A"]["demand_class"], by_id(found)["A"]["xyz"]) == ("smooth", "X")


def test_a_product_runs_to_the_last_week_of_the_table(tmp_path: Path) -> None:
    """A product that is sold no more has weeks without a sale, not an end."""
    found = read(tmp_path, [*steady("A"), *sales("DEAD", [5] * 20)])
    assert quantities(found, "DEAD")[-20:] == [0] * 20


def test_prices_are_carried_on_and_promotions_are_shares(tmp_path: Path) -> None:
    rows = [f"{row},{2 + (at % 2)},{'yes' if at == 3 else 'no'},shoes" for at, row in enumerate(steady("A"))]
    rows[5] = rows[5].replace(",3,no", ",,no")
    one = by_id(read(tmp_path, rows, "id,date,quantity,price,promotion,category"))["A"]
    assert one["category"] == "shoes"
    assert one["prices"] is not None
    assert one["prices"][3:7] == [3, 2, 2, 2]
    assert one["promotions"] is not None
    assert one["promotions"][2:5] == [0, 1, 0]


def test_a_table_without_any_usable_row_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No row of the table can be used"):
        read(tmp_path, ["A,soon,1", ",2024-01-01,1"])


def test_each_row_is_kept_or_has_one_reason(tmp_path: Path) -> None:
    found = read(tmp_path, [*steady("A"), "B,2024-01-01,x", "B,never,1", f"ONE,{week(39)},3", *steady("A")[:2]])
    frame = found.found.frame
    assert len(frame) == found.ingestion.rows == WEEKS + 5
    assert int((frame[REFUSED] == "").sum()) == found.ingestion.kept == WEEKS
    assert sum(found.ingestion.quarantined.values()) == 5
    assert frame[LINE].tolist() == list(range(2, WEEKS + 7))
