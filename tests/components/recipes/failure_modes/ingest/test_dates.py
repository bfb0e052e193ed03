"""Tests: dates of a column are read in one order of day and month."""

from components.recipes.failure_modes.ingest.dates import iso_dates


def test_iso_dates_and_times_are_read_and_what_is_no_date_is_none() -> None:
    found = iso_dates(["2005-03-20", "2005/3/2 10:15", "20050320", "2005-02-30", "", "yesterday"])
    assert found == ["2005-03-20", "2005-03-02", None, None, None, None]


def test_the_day_is_first_unless_the_column_has_a_day_in_the_second_place() -> None:
    assert iso_dates(["3/4/2005", "20.4.2005"]) == ["2005-04-03", "2005-04-20"]
    assert iso_dates(["3/4/2005", "4/20/2005"]) == ["2005-03-04", "2005-04-20"]
