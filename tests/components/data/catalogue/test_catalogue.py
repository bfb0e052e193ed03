"""Tests: every row of a styles.csv is read, mended or refused with a reason."""

from collections import Counter
from pathlib import Path

import pytest

from components.core.errors import DataError
from components.data.catalogue.catalogue import read_catalogue, select
from components.data.catalogue.files import fingerprint_of
from components.data.catalogue.ingest_report import account_for
from components.data.catalogue.schema import COLUMNS, Refusal, Refused, Repair, Row
from components.data.catalogue.table import parse_row
from tests.components.data.catalogues import HEADER, jpeg, line, write_catalogue

SHOES = {"articleType": ["Casual Shoes"]}


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
def test_bare_quotes_stay_as_they_are(name: str) -> None:
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
def test_a_value_is_mended_and_the_repair_counted(text: str, repair: Repair, column: str, expected: str) -> None:
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


def test_the_first_row_of_an_id_is_kept_and_the_others_are_refused(tmp_path: Path) -> None:
    lines = [line(1, "First"), line(1, "Second"), line(2)]
    catalogue = read_catalogue(write_catalogue(tmp_path / "c", lines, {}))
    assert [row.values["productDisplayName"] for row in catalogue.rows if row.id == 1] == ["First"]
    assert [found.reason for found in catalogue.refused] == [Refusal.DUPLICATE_ID]
    assert catalogue.size == 3


def test_a_byte_order_mark_windows_line_ends_and_latin_letters_are_read(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path / "c", [], {})
    text = "\r\n".join([HEADER, line(1, "Café Shoes"), "", line(2)])
    (folder / "styles.csv").write_bytes(b"\xef\xbb\xbf" + text.encode("latin-1"))
    catalogue = read_catalogue(folder)
    assert catalogue.rows[0].values["productDisplayName"] == "Café Shoes"
    assert catalogue.rows[0].repairs == (Repair.NOT_UTF8,)
    assert (catalogue.size, catalogue.notes["byte-order-mark"]) == (2, 1)


def test_a_quoted_name_may_go_on_over_lines(tmp_path: Path) -> None:
    lines = [line(1, '"Alder\nShoes"'), line(2, '"Bare'), line(3)]
    catalogue = read_catalogue(write_catalogue(tmp_path / "c", lines, {}))
    assert [row.values["productDisplayName"] for row in catalogue.rows[:2]] == ["Alder Shoes", '"Bare']
    assert catalogue.size == 3


def test_columns_may_come_in_another_order(tmp_path: Path) -> None:
    header = "productDisplayName,id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage"
    lines = ["Red, White Shoes,7,Men,Footwear,Shoes,Casual Shoes,Red,Fall,2012,Casual"]
    row = read_catalogue(write_catalogue(tmp_path / "c", lines, {}, header)).rows[0]
    assert (row.id, row.values["productDisplayName"]) == (7, "Red, White Shoes")


def test_side_files_are_ignored_and_counted(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path / "c", [line(1)], {1: jpeg(1), 9: jpeg(9)})
    for name in ("images/._1.jpg", "images/.DS_Store", "images/Thumbs.db", "images/notes.txt", "styles/._1.json"):
        (folder / name).write_bytes(b"x")
    catalogue = read_catalogue(folder)
    assert catalogue.files.pictures.keys() == {1, 9}
    assert catalogue.notes == {"side-files-ignored": 4, "other-files-ignored": 1, "pictures-without-row": 1}


def test_the_account_adds_up(tmp_path: Path) -> None:
    heels = line(3, article="Heels")
    lines = [line(1), line(1), line(2), heels, heels, "4,Men", line(5, "RTV_LoadTest")]
    catalogue = read_catalogue(write_catalogue(tmp_path / "c", lines, {1: jpeg(1)}))
    missing = [Refused("2", Refusal.MISSING_PICTURE, "", catalogue.rows[1])]
    account = account_for(catalogue, SHOES, missing, [], {})
    assert (account.rows, account.selected, account.kept) == (7, 4, 1)
    assert account.quarantined == {"duplicate-id": 2, "missing-picture": 1, "test-row": 1, "too-few-fields": 1}
    elsewhere = account.notes["quarantined-not-selected"]
    assert account.kept == account.selected - sum(account.quarantined.values()) + elsewhere
    assert account.notes["missing-picture-not-selected"] == 1


def test_the_fingerprint_changes_with_a_table_and_with_any_file(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path / "c", [line(1)], {1: jpeg(1)})
    seen = [fingerprint_of(folder), fingerprint_of(folder)]
    (folder / "images" / "2.jpg").write_bytes(jpeg(2))
    seen.append(fingerprint_of(folder))
    (folder / "styles.csv").write_text(f"{HEADER}\n{line(2)}\n")
    seen.append(fingerprint_of(folder))
    assert seen[0] == seen[1]
    assert len(set(seen)) == 3


def test_a_missing_catalogue_or_table_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no catalogue at .*expected a folder with styles.csv"):
        read_catalogue(tmp_path / "nowhere")
    write_catalogue(tmp_path / "outer" / "inner", [line(1)], {})
    with pytest.raises(DataError, match=r"no styles.csv.*name its folder inner instead"):
        read_catalogue(tmp_path / "outer")


def test_missing_columns_are_named(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path / "c", [], {}, header="id;name")
    with pytest.raises(DataError, match=r"has no column id, gender.*found id;name, expected id,gender"):
        read_catalogue(folder)


def test_an_empty_category_is_told_with_the_closest_one_first(tmp_path: Path) -> None:
    lines = [*[line(n, article="Heels") for n in range(1, 4)], line(9)]
    catalogue = read_catalogue(write_catalogue(tmp_path / "c", lines, {}))
    with pytest.raises(DataError, match=r"articleType casual shoe; it has Casual Shoes \(1\), Heels \(3\)"):
        select(catalogue, {"articleType": ["casual shoe"]})
    with pytest.raises(DataError, match="at once, though each occurs"):
        select(catalogue, {"articleType": ["Heels"], "id": ["9"]})
    with pytest.raises(DataError, match=r"the column kind, which styles.csv has not"):
        select(catalogue, {"kind": ["Heels"]})


@pytest.mark.shared_data
def test_the_real_table_is_accounted_for_row_by_row(shared: Path) -> None:
    catalogue = read_catalogue(shared / "data" / "fashion-dataset")
    repairs = Counter(repair for row in catalogue.rows for repair in row.repairs)
    assert catalogue.size == 44_446
    assert (repairs[Repair.SURPLUS_COMMAS], repairs[Repair.STRAY_SPACES]) == (22, 16)
    assert [(found.id, found.reason) for found in catalogue.refused] == [("28319", Refusal.TEST_ROW)]
    assert len(select(catalogue, SHOES)) == 2_846
