"""Tests: snapshots are copied to a store, and fetched from it whole, checked, or not at all."""

import shutil
import tarfile
from pathlib import Path

import pytest

from components.core.errors import DataError
from components.data.snapshot_store import fetch_history, fetch_latest, fetch_snapshot, upload_snapshots
from components.data.snapshots import build_snapshot, find_snapshot, known_snapshots, read_snapshot
from tests.components.data.test_snapshots import ROWS, making

STORES = ("path", "file")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    folder = tmp_path / "shared" / "shoes"
    return str(folder) if request.param == "path" else folder.as_uri()


def test_another_machine_reads_the_same_snapshots_and_the_same_latest_one(store: str, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    first, _ = build_snapshot(here, {"source": "1"}, making("shoe", "boot"))
    latest, _ = build_snapshot(here, {"source": "2"}, making("shoe", "heel"))
    upload_snapshots(here, store)
    assert fetch_latest(there, store) == latest.digest
    assert known_snapshots(there) == [latest.digest]
    assert read_snapshot(there).splits == latest.splits
    assert find_snapshot(there, {"source": "2"}) == (read_snapshot(there), ROWS)
    fetch_history(there, store)
    assert sorted(known_snapshots(there)) == sorted([first.digest, latest.digest])
    assert read_snapshot(there, first.digest).splits == first.splits


def test_a_store_without_snapshots_changes_nothing(store: str, tmp_path: Path) -> None:
    snapshot, _ = build_snapshot(tmp_path / "here", {}, making("shoe"))
    assert fetch_latest(tmp_path / "here", store) == ""
    fetch_history(tmp_path / "here", store)
    fetch_snapshot(tmp_path / "here", store, "0123456789ab")
    assert read_snapshot(tmp_path / "here") == snapshot
    assert known_snapshots(tmp_path / "here") == [snapshot.digest]


def test_two_machines_that_upload_one_snapshot_write_the_same_bytes(tmp_path: Path) -> None:
    archives = []
    for machine in ("a", "b"):
        snapshot, _ = build_snapshot(tmp_path / machine, {"source": "1"}, making("shoe", "boot"))
        upload_snapshots(tmp_path / machine, str(tmp_path / f"store-{machine}"))
        archives.append((tmp_path / f"store-{machine}" / f"{snapshot.digest}.tar").read_bytes())
    assert archives[0] == archives[1]


def test_an_archive_is_written_once(tmp_path: Path) -> None:
    snapshot, _ = build_snapshot(tmp_path / "here", {}, making("shoe"))
    upload_snapshots(tmp_path / "here", str(tmp_path / "store"))
    archive = tmp_path / "store" / f"{snapshot.digest}.tar"
    written = archive.stat().st_mtime_ns
    upload_snapshots(tmp_path / "here", str(tmp_path / "store"))
    assert archive.stat().st_mtime_ns == written


def damage(archive: Path, how: str, folder: Path) -> None:
    if how == "cut":
        archive.write_bytes(archive.read_bytes()[:2000])
    elif how == "text":
        archive.write_text("not an archive")
    else:
        with tarfile.open(archive, "a") as packed:
            added = folder / "added"
            added.write_text("more")
            packed.add(added, "../outside" if how == "outside" else "train/more.png")


@pytest.mark.parametrize("how", ["cut", "text", "outside", "added"])
def test_a_damaged_archive_is_refused_and_leaves_nothing(how: str, tmp_path: Path) -> None:
    snapshot, _ = build_snapshot(tmp_path / "here", {}, making("shoe", "boot"))
    upload_snapshots(tmp_path / "here", str(tmp_path / "store"))
    damage(tmp_path / "store" / f"{snapshot.digest}.tar", how, tmp_path)
    with pytest.raises(DataError, match=rf"{snapshot.digest}\.tar is damaged, expected what `ingest` wrote there"):
        fetch_snapshot(tmp_path / "there", str(tmp_path / "store"), snapshot.digest)
    assert [path.name for path in (tmp_path / "there").iterdir()] == [".lock"]
    assert not (tmp_path / "outside").exists()


def test_a_damaged_pointer_to_the_latest_snapshot_is_named(tmp_path: Path) -> None:
    build_snapshot(tmp_path / "here", {}, making("shoe"))
    upload_snapshots(tmp_path / "here", str(tmp_path / "store"))
    pointer = tmp_path / "store" / "latest.json"
    pointer.write_text(pointer.read_text().replace('"rows": 3', '"rows": 4'))
    with pytest.raises(DataError, match=r"latest\.json is damaged"):
        fetch_latest(tmp_path / "there", str(tmp_path / "store"))


def test_a_store_that_does_not_answer_is_one_sentence_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(DataError) as found:
        fetch_latest(tmp_path, "ftp://me:secret@127.0.0.1:1/shoes")
    assert "The snapshots at ftp://***@127.0.0.1:1/shoes cannot be used (" in str(found.value)
    assert "secret" not in str(found.value)


def test_a_folder_that_is_called_like_no_digest_is_never_fetched(tmp_path: Path) -> None:
    build_snapshot(tmp_path / "here", {}, making("shoe"))
    upload_snapshots(tmp_path / "here", str(tmp_path / "store"))
    shutil.copy(next((tmp_path / "store").glob("*.tar")), tmp_path / "evil.tar")
    fetch_snapshot(tmp_path / "there", str(tmp_path / "store"), "../evil")
    assert not (tmp_path / "there").exists()
