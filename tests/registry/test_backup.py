"""Tests: a backup is complete, of one moment and of its own, whatever other processes do meanwhile."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from components.core.errors import DiskSpaceError, UsageError
from registry.backup import back_up
from registry.backup_manifest import BackupError, read_manifest
from registry.clean import clean
from registry.ledger.store import history
from registry.settings import REPOSITORY, settings
from tests.registry.backups import add_version, restored_versions
from tests.registry.conftest import MODEL
from tests.registry.homes import use


class Meanwhile:
    """A progress function that does something once, while files are copied."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act: Callable[[], object] | None = act

    def __call__(self, what: str, done: int, total: int) -> None:
        act, self.act = self.act, None
        if act:
            act()


@pytest.fixture
def steps(home: Path, tmp_path: Path) -> Path:
    """A folder for checkpoints; the home has two versions."""
    folder = tmp_path / "steps"
    folder.mkdir()
    add_version(1, folder)
    add_version(2, folder)
    return folder


def elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    use(monkeypatch, tmp_path / "other machine" / "home")
    return settings().home


def test_a_backup_restores_versions_snapshots_and_ledger_in_another_place(
    home: Path, steps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = history(MODEL)
    done = back_up(tmp_path / "backup")
    shutil.move(home, tmp_path / "gone")
    other = elsewhere(monkeypatch, tmp_path)
    restoration, versions = restored_versions(tmp_path / "backup")
    assert (restoration.home, restoration.whole, versions) == (other, True, [1, 2])
    assert history(MODEL) == entries
    assert done.manifest.models[MODEL].head == entries[-1].hash


def test_what_is_written_while_files_are_copied_does_not_dangle(
    steps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(tmp_path / "backup", progress=Meanwhile(lambda: add_version(3, steps)))
    assert len(history(MODEL)) == 3
    elsewhere(monkeypatch, tmp_path)
    assert restored_versions(tmp_path / "backup")[1] == [1, 2]
    assert len(history(MODEL)) == 2


def test_versions_that_are_deleted_while_files_are_copied_are_looked_at_again(
    steps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (3, 4):
        add_version(number, steps)
    back_up(tmp_path / "backup", progress=Meanwhile(lambda: clean(MODEL, 1)))
    elsewhere(monkeypatch, tmp_path)
    assert restored_versions(tmp_path / "backup")[1] == [3, 4]  # a rollback would restore 3
    assert sorted(path.name for path in (settings().home / "archive" / MODEL).iterdir()) == ["1.tar", "2.tar"]


@pytest.mark.slow
def test_backups_under_load_are_whole(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing() as lines:
        for round_ in range(6):
            assert next(lines)
            assert next(lines)
            back_up(tmp_path / f"backup-{round_}")
    newest = []
    for round_ in range(6):
        use(monkeypatch, tmp_path / f"home-{round_}")
        newest.append(restored_versions(tmp_path / f"backup-{round_}")[1][-1])
    assert newest == sorted(newest)
    assert newest[-1] > 6


@contextmanager
def writing() -> Iterator[Iterator[bytes]]:
    """Run the process that writes; yield its lines."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.registry.writing"], cwd=REPOSITORY, stdout=subprocess.PIPE, env=os.environ
    )
    try:
        assert process.stdout
        yield iter(process.stdout)
    finally:
        process.kill()
        process.communicate()


def test_unchanged_files_are_links_to_an_earlier_backup_and_changed_ones_are_not(steps: Path, tmp_path: Path) -> None:
    first = back_up(tmp_path / "first")
    add_version(3, steps)
    second = back_up(tmp_path / "second", tmp_path / "first")
    old, new = first.manifest.files, second.manifest.files
    files = sorted(name for name in old if name.startswith("artifacts/"))
    assert files
    assert all((tmp_path / "second/home" / name).samefile(tmp_path / "first/home" / name) for name in files)
    assert not (tmp_path / "second/home/atelier.db").samefile(tmp_path / "first/home/atelier.db")
    assert second.linked >= sum(old[name].size for name in files)
    assert len(new) > len(old)


def test_caches_logs_locks_and_notes_of_servers_are_not_copied(home: Path, steps: Path, tmp_path: Path) -> None:
    for name in ("caches/a", "logs/b.log", "catalogues/starter/c.png", "servers.json", "x/.unfinished-1/d"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text("{}")
    (home / "notes.txt").write_text("a person's file")
    files = back_up(tmp_path / "backup").manifest.files
    top = {name.partition("/")[0] for name in files}
    assert top == {"artifacts", "atelier.db", "bases.json", "ledger", "mlflow.db", "notes.txt", "snapshots"}
    assert [name for name in files if name.endswith((".lock", ".holder"))] == []


def test_a_folder_of_the_home_on_another_disk_is_copied_and_a_circle_of_links_ends(
    home: Path, steps: Path, tmp_path: Path
) -> None:
    (home / "artifacts").rename(tmp_path / "large")
    (home / "artifacts").symlink_to(tmp_path / "large")
    (home / "itself").symlink_to(home)
    files = back_up(tmp_path / "backup").manifest.files
    assert [name for name in files if name.startswith("artifacts/")]
    assert [name for name in files if name.startswith("itself/")] == []


def test_only_its_owner_may_read_a_backup(home: Path, tmp_path: Path) -> None:
    back_up(tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["home/backup", "full"])
def test_a_backup_goes_into_a_new_folder_outside_the_home(home: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    with pytest.raises(UsageError, match=f"{tmp_path / name} (is in the home|exists already)"):
        back_up(tmp_path / name)


def test_without_a_home_there_is_nothing_to_back_up(bare_home: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="There is no home in"):
        back_up(tmp_path / "backup")
    assert not bare_home.exists()


def test_a_damaged_database_is_not_backed_up(home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "atelier.db")) as database, database:
        database.execute("CREATE TABLE t (x)")
    (home / "atelier.db").write_bytes((home / "atelier.db").read_bytes()[:4096] + os.urandom(4096))
    with pytest.raises(BackupError, match="damaged"):
        back_up(tmp_path / "backup")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_a_full_disk_is_noticed_before_anything_is_written(home: Path, tmp_path: Path) -> None:
    with (home / "large").open("wb") as file:
        file.truncate(1 << 43)  # a sparse file takes no room here, and would there
    with pytest.raises(DiskSpaceError, match=r"The backup needs .* MB free: free some space, or name a folder on"):
        back_up(tmp_path / "backup")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_what_a_killed_backup_left_is_deleted(home: Path, tmp_path: Path) -> None:
    (tmp_path / ".unfinished-abc").mkdir()
    back_up(tmp_path / "backup")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "home"]


def test_databases_elsewhere_are_named_and_not_covered(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_DATABASE_URL", "postgresql://me:secret@db/atelier")
    back_up(tmp_path / "backup")
    (said,) = read_manifest(tmp_path / "backup").not_covered
    assert said.startswith("The database of the ledger and the ratings (ATELIER_DATABASE_URL) is not in this home: ")
    assert "pg_dump" in said
    assert "secret" not in (tmp_path / "backup" / "backup.json").read_text()
