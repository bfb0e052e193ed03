"""Tests: every row of a catalogue is read, and missing parts of it are named."""

from collections import Counter
from pathlib import Path

import pytest

from components.core.errors import DataError
from components.data.catalogue.catalogue import read_catalogue, select
from components.data.catalogue.schema import Refusal, Repair
from tests.components.data.catalogues import HEADER, jpeg, line, write_catalogue

SHOES = {"articleType": ["Casual Shoes"]}


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


def test_a_quoted_name_may_have_line_breaks(tmp_path: Path) -> None:
    lines = [line(1, '"Alder\nShoes"'), line(2, '"Bare'), line(3)]
    catalogue = read_catalogue(write_catalogue(tmp_path / "c", lines, {}))
    assert [row.values["productDisplayName"] for row in catalogue.rows[:2]] == ["Alder Shoes", '"Bare']
    assert catalogue.size == 3


def test_columns_may_have_another_order(tmp_path: Path) -> None:
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


def test_a_missing_catalogue_or_table_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no catalogue at .*expected a folder with styles.csv"):
        read_catalogue(tmp_path / "nowhere")
    write_catalogue(tmp_path / "outer" / "inner", [line(1)], {})
    with pytest.raises(DataError, match=r"no styles.csv.*name its folder inner instead"):
        read_catalogue(tmp_path / "outer")


def test_missing_columns_are_named(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path / "c", [], {}, header="id;name")
    with pytest.raises(DataError, match=r"has no column gender.*it has the columns id, name, expected id,gender"):
        read_catalogue(folder)


def test_the_message_about_an_empty_category_lists_the_closest_one_first(tmp_path: Path) -> None:
    lines = [*[line(n, article="Heels") for n in range(1, 4)], line(9)]
    catalogue = read_catalogue(write_catalogue(tmp_path / "c", lines, {}))
    with pytest.raises(DataError, match=r"articleType casual shoe; it has Casual Shoes \(1\), Heels \(3\)"):
        select(catalogue, {"articleType": ["casual shoe"]})
    with pytest.raises(DataError, match="at once, though each occurs"):
        select(catalogue, {"articleType": ["Heels"], "id": ["9"]})
    with pytest.raises(DataError, match=r"the column kind, which styles.csv does not have"):
        select(catalogue, {"kind": ["Heels"]})


@pytest.mark.shared_data
def test_every_row_of_the_real_table_is_counted(shared: Path) -> None:
    catalogue = read_catalogue(shared / "data" / "fashion-dataset")
    repairs = Counter(repair for row in catalogue.rows for repair in row.repairs)
    assert catalogue.size == 44_446
    assert (repairs[Repair.SURPLUS_COMMAS], repairs[Repair.STRAY_SPACES]) == (22, 16)
    assert [(found.id, found.reason) for found in catalogue.refused] == [("28319", Refusal.TEST_ROW)]
    assert len(select(catalogue, SHOES)) == 2_846
