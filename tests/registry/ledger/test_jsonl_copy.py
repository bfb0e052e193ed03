"""Tests: the ledger file has the entries of the database."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from components.core.errors import RegistryError
from registry.database import engine
from registry.ledger.jsonl_copy import check_file, ledger_file, to_jsonl, write_file
from registry.settings import settings
from tests.registry.ledger.entries import write


def test_the_file_has_the_entries_of_the_database(bare_home: Path) -> None:
    assert check_file("toy") is None
    for version in (1, 4):
        write(version)
    assert "is not there, expected the 2 entries" in str(check_file("toy"))
    assert write_file("toy").read_text() == to_jsonl("toy")
    assert [json.loads(line)["to_version"] for line in to_jsonl("toy").splitlines()] == [1, 4]
    assert check_file("toy") is None


@pytest.mark.parametrize(
    ("damage", "difference"),
    [
        (lambda text: text[: len(text) // 2], "is cut in half at line 2"),
        (lambda text: text[:-1], "is cut in half at line 3"),
        (lambda text: "".join(text.splitlines(keepends=True)[:2]), "has 2 lines, expected the 3 entries"),
        (lambda text: text.replace("Version 4", "Version 5"), "differs at line 2"),
        (lambda text: text + text, "has 6 lines"),
    ],
)
def test_a_damaged_file_is_reported_and_written_anew(bare_home: Path, damage: object, difference: str) -> None:
    for version in (1, 4, 6):
        write(version)
    file = write_file("toy")
    file.write_text(damage(file.read_text()))  # type: ignore[operator]
    assert difference in str(check_file("toy"))
    write_file("toy")
    assert check_file("toy") is None


def test_an_altered_database_does_not_overwrite_the_file(bare_home: Path) -> None:
    write(1)
    kept = write_file("toy").read_text()
    with engine(settings().database_url).begin() as connection:
        connection.exec_driver_sql("UPDATE moves SET reason = 'other'")
    with pytest.raises(RegistryError, match=r"was altered, so its file is not overwritten\. Entry 1: found hash"):
        write_file("toy")
    assert ledger_file("toy").read_text() == kept


def test_the_file_of_a_machine_ends_with_its_own_last_move(
    bare_home: Path, new_postgresql: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_DATABASE_URL", new_postgresql())
    write(1)
    file = write_file("toy")
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path / "another machine"))
    assert check_file("toy") is None
    write(4)
    write_file("toy")
    monkeypatch.setenv("ATELIER_HOME", str(bare_home))
    assert check_file("toy") is None
    file.write_text(file.read_text().replace("Version 1", "Version 5"))
    assert "differs at line 1" in str(check_file("toy"))
