"""Tests: restoring a backup checks every file, keeps what was there, and says in one sentence what is wrong."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from components.core.errors import AtelierError, UsageError
from registry.backup import back_up
from registry.backup_manifest import BackupError, read_manifest, write_manifest
from registry.backup_restore import check_backup, restore_backup
from registry.locking.lock import lock
from registry.settings import settings
from tests.registry.backups import add_version
from tests.registry.conftest import MODEL
from tests.registry.homes import use


@pytest.fixture
def backup(home: Path, tmp_path: Path) -> Path:
    add_version(1, tmp_path)
    back_up(tmp_path / "backup")
    return tmp_path / "backup"


def weights_in(backup: Path) -> str:
    return next(name for name in read_manifest(backup).files if name.endswith("weights.txt"))


def alter(backup: Path) -> None:
    (backup / "home" / weights_in(backup)).write_text("weights of step 2")


def cut(backup: Path) -> None:
    (backup / "home" / weights_in(backup)).unlink()


def edit_manifest(backup: Path) -> None:
    text = (backup / "backup.json").read_text()
    (backup / "backup.json").write_text(text.replace('"entries": 1', '"entries": 2'))


def cut_manifest(backup: Path) -> None:
    text = (backup / "backup.json").read_text()
    (backup / "backup.json").write_text(text[:100])


def make_newer(backup: Path) -> None:
    text = (backup / "backup.json").read_text()
    (backup / "backup.json").write_text(text.replace('"form": 1', '"form": 2'))


def make_foreign(backup: Path) -> None:
    (backup / "backup.json").write_text("{}")


def stop_early(backup: Path) -> None:
    (backup / "backup.json").unlink()


def lead_outside(backup: Path) -> None:
    manifest = read_manifest(backup)
    outside = {"../../outside": next(iter(manifest.files.values()))}
    write_manifest(backup, type(manifest)(manifest.time, manifest.home, manifest.models, (), outside))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (alter, r"weights.txt differs from the manifest of the backup, expected .*: restore from another backup.$"),
        (cut, r"weights.txt is missing, expected every file of the manifest: restore from another backup.$"),
        (edit_manifest, r"backup.json is damaged \(its digest differs from its content\)"),
        (cut_manifest, r"backup.json is damaged \(it is no JSON\)"),
        (make_newer, r"was written by a newer Atelier \(form 2\), expected form 1: update Atelier"),
        (make_foreign, r"backup.json is not of a backup of Atelier"),
        (stop_early, r"has no backup.json, so it is no backup or an incomplete one"),
        (lead_outside, r"names the file '../../outside', which is outside the home"),
    ],
)
def test_a_damaged_or_foreign_backup_is_refused_in_one_sentence(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Path], None], said: str
) -> None:
    damage(backup)
    use(monkeypatch, tmp_path / "other" / "home")
    for refuse in (check_backup, restore_backup):
        with pytest.raises(AtelierError, match=said) as caught:
            refuse(backup)
        assert "\n" not in str(caught.value)
    assert not any((tmp_path / "other").glob("*"))


def test_a_whole_backup_is_checked_without_a_home(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, tmp_path / "other")
    assert check_backup(backup).models[MODEL].entries == 1
    assert not (tmp_path / "other").exists()


def test_a_home_with_content_is_not_overwritten(backup: Path, home: Path) -> None:
    before = sorted(home.rglob("*"))
    with pytest.raises(UsageError, match=r"has content, expected a new one: .* put the content aside with --replace"):
        restore_backup(backup)
    assert sorted(home.rglob("*")) == before


def test_replaced_content_is_kept_in_a_folder_beside_the_home(backup: Path, home: Path) -> None:
    (home / "notes.txt").write_text("a person's file")
    done = restore_backup(backup, replace=True)
    assert done.aside
    assert done.aside.name.startswith("home.before-restore-")
    assert (done.aside / "notes.txt").read_text() == "a person's file"
    assert not (home / "notes.txt").exists()
    assert (done.moved, done.whole) == ("", True)


def test_a_home_that_a_command_uses_is_not_replaced(backup: Path, home: Path) -> None:
    with lock(settings().database_url, "train-toy"), pytest.raises(BackupError, match=r"is in use \(train-toy\)"):
        restore_backup(backup, replace=True)
    assert (home / "mlflow.db").is_file()


@pytest.mark.parametrize(
    ("variable", "value"),
    [("MLFLOW_TRACKING_URI", "sqlite:////elsewhere/m.db"), ("ATELIER_DATABASE_URL", "sqlite:////elsewhere/a.db")],
)
def test_a_variable_that_names_another_database_is_refused(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    use(monkeypatch, tmp_path / "other")
    monkeypatch.setenv(variable, value)
    with pytest.raises(UsageError, match=f"{variable} names a database outside this home, .*: unset {variable}"):
        restore_backup(backup)


def test_a_ledger_that_was_altered_before_the_backup_is_said(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3
    from contextlib import closing

    add_version(1, tmp_path)
    with closing(sqlite3.connect(home / "atelier.db")) as database, database:
        database.execute("UPDATE moves SET reason = 'another'")
    back_up(tmp_path / "backup")
    use(monkeypatch, tmp_path / "other")
    done = restore_backup(tmp_path / "backup")
    assert not done.whole
    assert done.checks[0].remarks[0].part == "ledger"


def test_a_restored_home_may_be_backed_up_with_links_to_the_backup(
    backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, tmp_path / "other")
    restore_backup(backup)
    done = back_up(tmp_path / "second", backup)
    name = weights_in(backup)
    assert (tmp_path / "second/home" / name).samefile(backup / "home" / name)
    assert json.loads((tmp_path / "second/backup.json").read_text())["content"]["home"] == str(tmp_path / "other")
    assert done.manifest.models == read_manifest(backup).models
