"""Tests: the files of a catalogue are listed, and its fingerprint depends on them."""

from pathlib import Path

from components.data.catalogue.files import fingerprint_of, list_files
from tests.components.data.catalogues import HEADER, jpeg, line, write_catalogue


def test_the_fingerprint_changes_with_a_table_and_with_any_file(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path / "c", [line(1)], {1: jpeg(1)})
    seen = [fingerprint_of(folder), fingerprint_of(folder)]
    (folder / "images" / "2.jpg").write_bytes(jpeg(2))
    seen.append(fingerprint_of(folder))
    (folder / "styles.csv").write_text(f"{HEADER}\n{line(2)}\n")
    seen.append(fingerprint_of(folder))
    assert seen[0] == seen[1]
    assert len(set(seen)) == 3


def test_links_that_lead_to_themselves_or_nowhere_are_no_pictures(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path / "c", [line(1), line(2), line(3)], {1: jpeg(1)})
    (folder / "images" / "2.jpg").symlink_to("2.jpg")
    (folder / "images" / "3.jpg").symlink_to("nowhere.jpg")
    assert list(list_files(folder).pictures) == [1]
    assert len(fingerprint_of(folder)) == 16
