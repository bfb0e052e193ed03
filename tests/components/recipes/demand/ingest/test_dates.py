"""Tests: texts of many forms give the days that they mean, or a reason why they give none."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.recipes.demand.ingest.dates import YEARS, read_days

UTC = ZoneInfo("UTC")


def day(text: str, order: str = "auto", zone: ZoneInfo = UTC) -> str:
    found = read_days([text], order, zone)[text]
    return str(found.day) if found.day else found.refused


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2024-03-05", "2024-03-05"),
        ("2024/3/5", "2024-03-05"),
        ("20240305", "2024-03-05"),
        ("2024-03-05 14:30", "2024-03-05"),
        ("2024-03-05T14:30:00.000", "2024-03-05"),
        ("5.3.2024", "2024-03-05"),
        ("05/03/24", "2024-03-05"),
        ("25/03/2024 08:00", "2024-03-25"),
        ("03/25/2024", "2024-03-25"),
        ("5 Mar 2024", "2024-03-05"),
        ("March 5, 2024", "2024-03-05"),
        ("Mar-2024", "2024-03-01"),
        ("2024-03", "2024-03-01"),
        ("2024-W10", "2024-03-04"),
        ("2024Q2", "2024-04-01"),
        ("45356", "2024-03-05"),
        ("2024-02-30", "unknown-date"),
        ("2024-13-01", "unknown-date"),
        ("32/13/2024", "unknown-date"),
        ("soon", "unknown-date"),
        ("5 Foo 2024", "unknown-date"),
        ("0001-01-01", "unknown-date"),
        ("", "no-date"),
    ],
)
def test_a_text_gives_the_day_that_it_means(text: str, meant: str) -> None:
    assert day(text) == meant


def test_a_time_is_brought_to_the_time_zone_before_its_day_is_taken() -> None:
    assert day("2024-03-04T00:30:00+09:00", zone=ZoneInfo("Europe/Berlin")) == "2024-03-03"
    assert day("2024-03-03T23:30:00Z", zone=ZoneInfo("Europe/Berlin")) == "2024-03-04"
    assert day("2024-03-03 23:30:00 -0500", zone=UTC) == "2024-03-04"
    assert read_days(["2024-03-03T23:30Z"], "auto", ZoneInfo("Europe/Berlin"))["2024-03-03T23:30Z"].moved


def test_other_dates_of_the_column_tell_which_number_is_the_day() -> None:
    assert read_days(["3/4/2024", "25/4/2024"], "auto", UTC)["3/4/2024"].day == date(2024, 4, 3)
    assert read_days(["3/4/2024", "4/25/2024"], "auto", UTC)["3/4/2024"].day == date(2024, 3, 4)


def test_a_column_with_both_orders_has_ambiguous_dates_unless_the_yaml_says() -> None:
    texts = ["3/4/2024", "25/4/2024", "4/25/2024", "5/5/2024"]
    found = read_days(texts, "auto", UTC)
    assert [found[text].refused for text in texts] == ["ambiguous-date", "", "", ""]
    assert read_days(texts, "month-first", UTC)["3/4/2024"].day == date(2024, 3, 4)


@given(st.text(max_size=24))
def test_no_text_raises(text: str) -> None:
    found = read_days([text], "auto", UTC)[text]
    assert (found.day is None) == bool(found.refused)


@given(st.dates(date(YEARS[0], 1, 1), date(YEARS[-1], 12, 31)))
def test_every_iso_date_is_read_back(which: date) -> None:
    assert day(which.isoformat()) == which.isoformat()
    assert day(f"{which:%d.%m.%Y}", "day-first") == which.isoformat()
