"""Tests: a styles.csv gives its rows in whatever dialect it is written; each row is read, repaired or refused."""

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.core.errors import DataError
from components.data.catalogue.schema import COLUMNS, NAME, Refusal, Refused, Repair, Row
from components.data.catalogue.table import Table, parse_table
from tests.components.data.catalogues import HEADER, line

STYLES = Path("styles.csv")


def read(*lines: str, header: str = HEADER, encoding: str = "utf-8") -> Table:
    return parse_table("\n".join([header, *lines]).encode(encoding), STYLES)


def read_one(*lines: str, header: str = HEADER) -> Row:
    (row,) = read(*lines, header=header).rows
    assert isinstance(row, Row)
    return row


def values_of(table: Table) -> list[list[str]]:
    assert all(isinstance(row, Row) for row in table.rows)
    return [[row.values[column] for column in COLUMNS] for row in table.rows if isinstance(row, Row)]


def test_surplus_commas_are_joined_into_the_name() -> None:
    row = read_one(line(1, "Newfeel White, Blue, and Orange Shoes"))
    assert row.values[NAME] == "Newfeel White, Blue, and Orange Shoes"
    assert row.repairs == (Repair.SURPLUS_COMMAS,)


def test_a_quoted_name_with_a_comma_needs_no_repair() -> None:
    row = read_one(line(1, '"Newfeel White, Blue Shoes"'))
    assert (row.values[NAME], row.repairs) == ("Newfeel White, Blue Shoes", ())


@pytest.mark.parametrize("name", ['Nike 3.5" Short', '"Nike Short', 'Nike, "Air'])
def test_unpaired_quotes_are_kept(name: str) -> None:
    assert read_one(line(1, name)).values[NAME] == name


@pytest.mark.parametrize(
    ("text", "repair", "column", "expected"),
    [
        (line(1, " Alder Shoes "), Repair.STRAY_SPACES, NAME, "Alder Shoes"),
        (line(1, "Alder  Shoes"), Repair.DOUBLED_SPACES, NAME, "Alder Shoes"),
        (line(1, "Alder\u00a0Shoes"), Repair.DOUBLED_SPACES, NAME, "Alder Shoes"),
        (line(1, "Al\u200bder\x00 Shoes"), Repair.INVISIBLE, NAME, "Alder Shoes"),
        (line(1, "Cafe\u0301 Shoes"), Repair.UNICODE_FORM, NAME, "Caf\u00e9 Shoes"),
        (line(1, year="2012.0"), Repair.DECIMAL_NUMBER, "year", "2012"),
        (line("1.0"), Repair.DECIMAL_NUMBER, "id", "1"),
        (line('"1,001"'), Repair.GROUPED_NUMBER, "id", "1001"),
        (line("1.001"), Repair.GROUPED_NUMBER, "id", "1001"),
        (line(1, year='"2,012"'), Repair.GROUPED_NUMBER, "year", "2012"),
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
    (row,) = read(text).rows
    assert isinstance(row, Refused)
    assert row.reason == reason


def test_a_row_with_two_ids_is_refused_since_its_picture_could_be_another_ones() -> None:
    same, other = read(f"1,{line(1)}", f"2,{line(3)}", header=f"ID,{HEADER}").rows
    assert isinstance(same, Row)
    assert isinstance(other, Refused)
    assert (other.id, other.reason) == ("2", Refusal.BAD_ID)


@pytest.mark.parametrize("word", ["None", "<NA>", "#N/A", "n/a", "-", "--", "nan", "null", "NULL", "?", "(blank)"])
def test_a_word_for_none_is_a_missing_value_but_stays_within_a_longer_one(word: str) -> None:
    row = read_one(line(1, f"Alder {word} Shoes", baseColour=word))
    assert (row.values["baseColour"], row.values[NAME]) == ("", f"Alder {word} Shoes")
    assert row.repairs == (Repair.TEXT_NA,)


def test_prices_keep_their_thousands_in_quotes_and_without_beside_a_name_with_commas() -> None:
    header = HEADER.replace(f",{NAME}", f",price,{NAME},old price")
    texts = [
        '"1,299.00",Red,"1,500"',
        '"1,299.00","Red, White","1,500"',
        "1,299.00,Red, White,1,500",
        "45,Red, White,50",
    ]
    table = read(
        *(f"{n},Men,Footwear,Shoes,Heels,Red,Fall,2012,NA,{text}" for n, text in enumerate(texts)), header=header
    )
    found = [(r.values["price"], r.values[NAME], r.values["old price"]) for r in table.rows if isinstance(r, Row)]
    assert found == [
        ("1299.00", "Red", "1500"),
        ("1299.00", "Red, White", "1500"),
        ("1299.00", "Red, White", "1500"),
        ("45", "Red, White", "50"),
    ]


def test_decimal_commas_in_a_table_with_semicolons_become_points() -> None:
    header = f"{HEADER};price".replace(",", ";")
    rows = [line(n).replace(",", ";") + f";{price}" for n, price in enumerate(["1.299,50", "12,99", "1.000"])]
    prices = [row.values["price"] for row in read(*rows, header=header).rows if isinstance(row, Row)]
    assert prices == ["1299.50", "12.99", "1000"]


def test_a_column_that_is_there_twice_empties_no_value_and_a_contradiction_is_counted() -> None:
    header = f"{HEADER},baseColour,BaseColour"
    table = read(f"{line(1)},Blue,blue", f"{line(2, baseColour='')},Red,", f"{line(3)},Red,", header=header)
    rows = [row for row in table.rows if isinstance(row, Row)]
    assert [row.values["baseColour"] for row in rows] == ["Blue", "Red", "Blue"]
    assert [row.repairs for row in rows] == [(), (), (Repair.CONTRADICTION,)]
    assert table.read_as["columns-twice"] == "baseColour"


def test_rows_of_blank_fields_are_counted_and_not_refused() -> None:
    table = read(line(1), "," * 9, "", line(2), ",,,")
    assert (len(table.rows), table.notes["blank-rows"]) == (2, 2)


def test_what_was_detected_is_named() -> None:
    text = "\r\n".join(
        ["sep=;", HEADER.replace(",", ";").replace("baseColour", "Base Color"), line(1).replace(",", ";")]
    )
    table = parse_table(text.encode("utf-16"), STYLES)
    assert len(values_of(table)) == 1
    assert table.read_as == {
        "encoding": "UTF-16",
        "separator": "semicolon",
        "quotes": "none",
        "line-ends": "CRLF",
        "renamed-columns": "Base Color is baseColour",
        "header-line": "2",
    }


def test_a_file_that_is_no_text_is_named_by_its_format() -> None:
    with pytest.raises(DataError, match=r"styles.csv is a zip or Excel file, expected a table as text: save it as CSV"):
        parse_table(b"PK\x03\x04rest", STYLES)


WORDS = st.text(st.sampled_from("abcXYZ0123456789äöéñßø ,;|\t'\"\n$&<>-."), max_size=14)
NAMES = WORDS.map(lambda text: " ".join(f"Alder {text} shoe".split()))
TABLES = st.lists(st.tuples(NAMES, st.sampled_from(["Red", "Navy Blue", "Ros\u00e9", ""])), min_size=1, max_size=6).map(
    lambda rows: [
        [str(n), "Men", "Footwear", "Shoes", "Heels", colour, "Fall", "2012", "Casual", name]
        for n, (name, colour) in enumerate(rows, start=1)
    ]
)
QUOTED = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|^"),
        "quotechar": st.sampled_from("\"'"),
        "quoting": st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "lineterminator": st.sampled_from(["\n", "\r\n", "\r"]),
    }
)
ENCODINGS = st.sampled_from(
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "cp1252", "latin-1"]
)
HEADERS = st.sampled_from([str.lower, str.upper, str.title, str])


def written(table: list[list[str]], header: Sequence[str], encoding: str, **options: Any) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, **options).writerows([header, *table])
    return text.getvalue().encode(encoding)


@given(TABLES, QUOTED, ENCODINGS, HEADERS, st.permutations(range(len(COLUMNS))))
@settings(max_examples=150, deadline=None)
def test_a_quoted_table_in_any_dialect_comes_back_equal(
    table: list[list[str]], options: dict[str, Any], encoding: str, case: Callable[[str], str], order: list[int]
) -> None:
    header = [case(COLUMNS[place]) for place in order]
    content = written([[row[place] for place in order] for row in table], header, encoding, **options)
    assert values_of(parse_table(content, STYLES)) == table


@given(TABLES, st.sampled_from(",;\t|"), st.sampled_from(["utf-8", "utf-16"]), st.sampled_from(["\n", "\r\n", " "]))
@settings(max_examples=100, deadline=None)
def test_a_table_with_quotes_where_needed_and_line_breaks_in_names_comes_back_equal(
    table: list[list[str]], separator: str, encoding: str, gap: str
) -> None:
    broken = [[*row[:-1], row[-1].replace(" ", gap, 1)] for row in table]
    content = written(broken, COLUMNS, encoding, delimiter=separator, lineterminator="\n")
    assert values_of(parse_table(content, STYLES)) == table


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_after_the_header_give_rows_or_refusals(content: bytes) -> None:
    table = parse_table(f"{HEADER}\n{line(1)}\n".encode() + content, STYLES)
    assert table.rows[0] == read_one(line(1))
    assert all(isinstance(found, Row | Refused) for found in table.rows)
