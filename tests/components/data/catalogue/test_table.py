"""Tests: a row of a styles.csv is read, repaired or refused with a reason."""

import pytest

from components.data.catalogue.schema import COLUMNS, Refusal, Refused, Repair, Row
from components.data.catalogue.table import parse_row
from tests.components.data.catalogues import line


def read_one(text: str) -> Row:
    row = parse_row(2, text, COLUMNS)
    assert isinstance(row, Row)
    return row


def test_surplus_commas_are_joined_into_the_name() -> None:
    row = read_one(line(1, "Newfeel White, Blue, and Orange Shoes"))
    assert row.values["productDisplayName"] == "Newfeel White, Blue, and Orange Shoes"
    assert row.repairs == (Repair.SURPLUS_COMMAS,)


def test_a_quoted_name_with_a_comma_needs_no_repair() -> None:
    row = read_one(line(1, '"Newfeel White, Blue Shoes"'))
    assert (row.values["productDisplayName"], row.repairs) == ("Newfeel White, Blue Shoes", ())


@pytest.mark.parametrize("name", ['Nike 3.5" Short', '"Nike Short', 'Nike, "Air'])
def test_unpaired_quotes_are_kept(name: str) -> None:
    assert read_one(line(1, name)).values["productDisplayName"] == name


@pytest.mark.parametrize(
    ("text", "repair", "column", "expected"),
    [
        (line(1, " Alder Shoes "), Repair.STRAY_SPACES, "productDisplayName", "Alder Shoes"),
        (line(1, "Alder  Shoes"), Repair.DOUBLED_SPACES, "productDisplayName", "Alder Shoes"),
        (line(1, year="2012.0"), Repair.DECIMAL_NUMBER, "year", "2012"),
        (line("1.0"), Repair.DECIMAL_NUMBER, "id", "1"),
        (line(1, usage="NA"), Repair.TEXT_NA, "usage", ""),
        (line(1, year="soon"), Repair.UNREADABLE_YEAR, "year", ""),
    ],
)
def test_a_value_is_repaired_and_the_repair_recorded(text: str, repair: Repair, column: str, expected: str) -> None:
    row = read_one(text)
    assert (row.values[column], row.repairs) == (expected, (repair,))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,Men,Footwear", Refusal.TOO_FEW_FIELDS),
        (line("../1"), Refusal.BAD_ID),
        (line(""), Refusal.BAD_ID),
        (line(1, "RTV_LoadTest"), Refusal.TEST_ROW),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_its_reason(text: str, reason: Refusal) -> None:
    row = parse_row(2, text, COLUMNS)
    assert isinstance(row, Refused)
    assert row.reason == reason
