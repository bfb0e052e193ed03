"""Tests: the drawn catalogue is drawn once for a seed, and again if its files were changed."""

from pathlib import Path

from components.data.drawn_catalogue.folder import drawn_catalogue
from components.data.drawn_catalogue.planted import UNSEEN_IDS

SOME = frozenset(UNSEEN_IDS[:4])


def test_it_is_drawn_once_and_again_after_a_change(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    folder = drawn_catalogue(3, tmp_path, lambda done, total: told.append((done, total)), SOME)
    table = (folder / "styles.csv").read_bytes()
    assert told
    told.clear()
    assert drawn_catalogue(3, tmp_path, lambda done, total: told.append((done, total)), SOME) == folder
    assert not told
    (folder / "styles.csv").write_bytes(table[:-100])
    assert drawn_catalogue(3, tmp_path, lambda done, total: None, SOME) == folder
    assert (folder / "styles.csv").read_bytes() == table
