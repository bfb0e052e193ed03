"""Tests: the fingerprint of a catalogue depends on its files."""

from pathlib import Path

from components.data.catalogue.files import fingerprint_of
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
