"""Tests: in which period a row counts: parts of periods, mistyped years, several rows of one day."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.recipes.demand.ingest.days import first_days, number_of
from tests.components.recipes.demand.settings import quantities, read, steady, week


def daily(begin: str, count: int, name: str = "A") -> list[str]:
    first = date.fromisoformat(begin)
    return [f"{name},{first + timedelta(days=at)},1" for at in range(count)]


@given(st.dates(date(1990, 1, 1), date(2050, 1, 1)), st.sampled_from(["daily", "weekly", "monthly", "quarterly"]))
def test_a_day_lies_in_its_own_period(day: date, frequency: str) -> None:
    number = np.array([np.datetime64(day, "D").astype(np.int64)])
    period = number_of(number, frequency)
    begin, end = first_days(period, frequency)[0], first_days(period + 1, frequency)[0]
    assert begin <= number[0] < end
    first = date(1970, 1, 1) + timedelta(days=int(begin))
    assert frequency != "weekly" or first.weekday() == 0
    assert frequency not in ("monthly", "quarterly") or first.day == 1


def test_days_are_added_up_and_weeks_that_are_not_over_are_left_out(tmp_path: Path) -> None:
    found = read(tmp_path, daily("2024-01-03", 7 * 30))  # from a Wednesday to a Tuesday
    assert set(quantities(found, "A")) == {7.0}
    assert found.ingestion.quarantined == {"in-a-part-of-a-period": 7}
    assert len(quantities(found, "A")) == 29


def test_a_closed_sunday_leaves_the_week_whole(tmp_path: Path) -> None:
    rows = [row for row in daily("2024-01-01", 7 * 30) if date.fromisoformat(row.split(",")[1]).weekday() < 6]
    found = read(tmp_path, rows)
    assert found.ingestion.quarantined == {}
    assert quantities(found, "A") == [6.0] * 30


def test_a_table_with_one_row_a_period_has_whole_periods_wherever_its_days_are(tmp_path: Path) -> None:
    rows = [f"A,{(np.datetime64('2020-02', 'M') + at).astype('datetime64[D]') - 1},4" for at in range(36)]
    found = read(tmp_path, rows, frequency="monthly", season=12)
    assert (quantities(found, "A"), found.ingestion.quarantined) == ([4.0] * 36, {})


def test_the_yaml_may_say_up_to_which_day_the_table_goes(tmp_path: Path) -> None:
    rows = daily("2024-01-01", 7 * 30 - 3)
    assert len(quantities(read(tmp_path, rows), "A")) == 29
    assert len(quantities(read(tmp_path, rows, reading={"last_day": "2024-07-28"}), "A")) == 30


def test_a_mistyped_year_does_not_stretch_the_table(tmp_path: Path) -> None:
    found = read(tmp_path, [*daily("2024-01-01", 7 * 30), "A,2094-01-01,1"])
    assert len(quantities(found, "A")) == 30
    assert found.ingestion.quarantined == {"date-far-from-all-others": 1}


@pytest.mark.parametrize(("rule", "expected"), [("once", 8), ("sum", 13), ("last", 3)])
def test_several_rows_of_one_day_follow_the_rule(tmp_path: Path, rule: str, expected: float) -> None:
    rows = [*steady("A", "B"), steady("A")[0], f"A,{week(0)},3"]  # 5 twice, then 3
    found = read(tmp_path, rows, reading={"duplicates": rule})
    assert quantities(found, "A")[0] == expected
    assert found.ingestion.kept + sum(found.ingestion.quarantined.values()) == found.ingestion.rows
