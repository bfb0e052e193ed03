"""Tests: a snapshot is named by its content, written atomically, and immutable."""

import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.core.errors import DataError
from components.core.recipe import Examples
from components.core.records import Ingestion, Snapshot
from components.data.snapshots import (
    build_snapshot,
    find_snapshot,
    history,
    picture_path,
    read_snapshot,
    read_tables,
)

Make = Callable[[Snapshot | None, Path], Examples]
ROWS = Ingestion(rows=3, selected=2, kept=2, repaired={"stray-spaces": 1}, quarantined={}, notes={"side-files": 1})


def making(*names: str, ingestion: Ingestion = ROWS, **more: Any) -> Make:
    """Return a `make` that creates one file per example: the first example in train, the others in test."""

    def make(previous: Snapshot | None, folder: Path) -> Examples:
        examples: list[Mapping[str, Any]] = []
        for name in names:
            (folder / f"{name}.png").write_bytes(name.encode())
            examples.append({"file_name": f"{name}.png", "caption": f"a {name}", "brand": None, **more})
        return Examples({"train": examples[:1], "test": examples[1:]}, ingestion)

    return make


def test_a_snapshot_that_is_read_equals_the_one_that_was_built(tmp_path: Path) -> None:
    snapshot, ingestion = build_snapshot(tmp_path, {"source": "1"}, making("shoe", "böot"))
    assert read_snapshot(tmp_path) == read_snapshot(tmp_path, snapshot.digest) == snapshot
    assert ingestion == ROWS
    assert snapshot.sizes == {"train": 1, "test": 1}
    assert picture_path(snapshot, "test", snapshot.splits["test"][0]).read_bytes() == "böot".encode()


def test_a_snapshot_is_an_imagefolder_with_captions_json(tmp_path: Path) -> None:
    snapshot, _ = build_snapshot(tmp_path, {}, making("shoe", "boot"))
    files = {str(path.relative_to(snapshot.folder)) for path in snapshot.folder.rglob("*") if path.is_file()}
    tables = {"train/metadata.jsonl", "test/metadata.jsonl", "snapshot.json", "captions.json"}
    assert files == tables | {"train/shoe.png", "test/boot.png"}
    line = json.loads((snapshot.folder / "train" / "metadata.jsonl").read_text())
    assert line == {"file_name": "shoe.png", "caption": "a shoe", "brand": None}
    captions = json.loads((snapshot.folder / "captions.json").read_text())
    assert captions == {"train/shoe.png": "a shoe", "test/boot.png": "a boot"}


def test_equal_content_from_another_origin_is_the_same_snapshot_and_found_by_its_latest_origin(tmp_path: Path) -> None:
    first, _ = build_snapshot(tmp_path, {"source": "1"}, making("shoe", "boot"))
    stamp = (first.folder / "snapshot.json").stat().st_mtime_ns
    more = Ingestion(rows=9, selected=2, kept=2, repaired={}, quarantined={})
    second, _ = build_snapshot(tmp_path, {"source": "2"}, making("shoe", "boot", ingestion=more))
    assert second == first
    assert (first.folder / "snapshot.json").stat().st_mtime_ns == stamp
    assert find_snapshot(tmp_path, {"source": "2"}) == (first, more)
    assert find_snapshot(tmp_path, {"source": "1"}) is None


@pytest.mark.parametrize("change", [{"names": ("shoe", "heel")}, {"caption": "other"}])
def test_other_files_or_captions_give_another_snapshot(change: dict[str, Any], tmp_path: Path) -> None:
    first, _ = build_snapshot(tmp_path, {}, making("shoe", "boot"))
    second, _ = build_snapshot(tmp_path, {}, making(*change.pop("names", ("shoe", "boot")), **change))
    assert second.digest != first.digest
    assert read_snapshot(tmp_path) == second
    assert read_snapshot(tmp_path, first.digest) == first
    assert json.loads((second.folder / "snapshot.json").read_text())["previous"] == first.digest


def test_make_gets_the_latest_snapshot_and_history_returns_all(tmp_path: Path) -> None:
    seen: list[Snapshot | None] = []

    def make(previous: Snapshot | None, folder: Path) -> Examples:
        seen.append(previous)
        return making(f"shoe{len(seen)}")(previous, folder)

    made = [build_snapshot(tmp_path, {}, make)[0] for _ in range(3)]
    assert seen == [None, *made[:2]]
    assert {snapshot.digest for snapshot in history(made[2])} == {snapshot.digest for snapshot in made}


def test_examples_need_no_files(tmp_path: Path) -> None:
    ingestion = Ingestion(rows=1, selected=1, kept=1, repaired={}, quarantined={})
    snapshot, _ = build_snapshot(tmp_path, {}, lambda _, __: Examples({"train": [{"x": 1.5}], "test": []}, ingestion))
    assert read_snapshot(tmp_path).splits == snapshot.splits == {"train": [{"x": 1.5}], "test": []}
    assert not (snapshot.folder / "captions.json").exists()


def test_a_failure_keeps_the_latest_snapshot_and_leaves_no_files(tmp_path: Path) -> None:
    first, _ = build_snapshot(tmp_path, {}, making("shoe"))
    before = sorted(tmp_path.iterdir())

    def make(previous: Snapshot | None, folder: Path) -> Examples:
        (folder / "half.png").write_bytes(b"half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_snapshot(tmp_path, {}, make)
    assert sorted(tmp_path.iterdir()) == before
    assert read_snapshot(tmp_path) == first


def _hang(folder: Path) -> None:
    def make(previous: Snapshot | None, made: Path) -> Examples:
        (made / "half.png").write_bytes(b"half")
        time.sleep(60)
        raise AssertionError

    build_snapshot(folder, {}, make)


def test_the_leftovers_and_the_lock_of_a_killed_process_are_removed(tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_hang, args=(tmp_path,))
    process.start()
    while not list(tmp_path.glob(".unfinished-*/half.png")):
        assert process.is_alive()
        time.sleep(0.02)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    build_snapshot(tmp_path, {}, making("shoe"))
    assert not list(tmp_path.glob(".unfinished-*"))


@pytest.mark.parametrize("name", ["lost.png", "../up.png", "/etc/hostname", "metadata.jsonl"])
def test_a_file_that_was_not_made_is_named(name: str, tmp_path: Path) -> None:
    examples = Examples({"train": [{"file_name": name}]}, ROWS)
    with pytest.raises(DataError, match=name):
        build_snapshot(tmp_path, {}, lambda _, __: examples)
    with pytest.raises(DataError, match="no snapshot"):
        read_snapshot(tmp_path)


def test_no_snapshot_and_an_unknown_digest_are_errors(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"There is no snapshot in .* run `ingest`"):
        read_snapshot(tmp_path)
    snapshot, _ = build_snapshot(tmp_path, {}, making("shoe"))
    with pytest.raises(DataError, match=f"called '../x'. Known snapshots: {snapshot.digest}"):
        read_snapshot(tmp_path, "../x")


@pytest.mark.parametrize("text", ["{}\n", "", "no json"])
def test_reading_detects_a_changed_table(text: str, tmp_path: Path) -> None:
    snapshot, _ = build_snapshot(tmp_path, {"source": "1"}, making("shoe"))
    (snapshot.folder / "train" / "metadata.jsonl").write_text(text)
    with pytest.raises(DataError, match=f"{snapshot.digest} is damaged .*: .*run `ingest` again"):
        read_snapshot(tmp_path)
    assert find_snapshot(tmp_path, {"source": "1"}) is None


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (lambda folder: (folder / "train" / "shoe.png").write_bytes(b"other"), "train/shoe.png is changed"),
        (lambda folder: (folder / "train" / "shoe.png").unlink(), "train/shoe.png is missing"),
        (lambda folder: (folder / "test" / "heel.png").write_bytes(b"heel"), "test/heel.png was added"),
        (lambda folder: (folder / "train" / "metadata.jsonl").write_text(""), "its tables have the digest "),
        (
            lambda folder: (folder / "captions.json").write_text('{"train/shoe.png": "a cat"}'),
            "captions.json is changed",
        ),
        (lambda folder: (folder / "captions.json").unlink(), "captions.json is changed"),
        (lambda folder: (folder / "test" / "boot.png").rename(folder / "boot.png"), "test/boot.png is missing"),
    ],
)
def test_a_snapshot_that_was_altered_is_refused_and_made_again(
    damage: Callable[[Path], object], found: str, tmp_path: Path
) -> None:
    snapshot, _ = build_snapshot(tmp_path, {"source": "1"}, making("shoe", "boot"))
    damage(snapshot.folder)
    with pytest.raises(
        DataError, match=rf"^Snapshot {snapshot.digest} is damaged \({found}.*\): .*`ingest` again.*\.$"
    ):
        read_snapshot(tmp_path)
    assert find_snapshot(tmp_path, {"source": "1"}) is None
    if "tables" in found:
        return  # no splits are known any more that later snapshots inherit: a person decides
    build_snapshot(tmp_path, {"source": "1"}, making("shoe", "boot"))
    assert read_snapshot(tmp_path) == snapshot


def test_the_files_that_file_browsers_write_are_ignored(tmp_path: Path) -> None:
    snapshot, _ = build_snapshot(tmp_path, {}, making("shoe"))
    for name in (".DS_Store", "Thumbs.db", "._shoe.png"):
        (snapshot.folder / "train" / name).write_bytes(b"\x00")
    assert read_snapshot(tmp_path) == snapshot


def test_the_tables_of_a_snapshot_can_be_read_without_its_files(tmp_path: Path) -> None:
    snapshot, _ = build_snapshot(tmp_path, {}, making("shoe"))
    (snapshot.folder / "train" / "shoe.png").unlink()
    assert read_tables(tmp_path) == snapshot


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    build_snapshot(folder, {"source": "1"}, making("shoe", "boot", "heel"))
    return folder


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_flipped_byte_in_any_file_is_noticed_or_changes_nothing(data: st.DataObject, made: Path) -> None:
    whole, ingested = read_snapshot(made), find_snapshot(made, {"source": "1"})
    files = sorted(path for path in made.rglob("*") if path.is_file() and path.stat().st_size)
    file = data.draw(st.sampled_from(files))
    content = bytearray(file.read_bytes())
    place, flip = data.draw(st.integers(0, len(content) - 1)), data.draw(st.integers(1, 255))
    try:
        file.write_bytes(content[:place] + bytes([content[place] ^ flip]) + content[place + 1 :])
        assert find_snapshot(made, {"source": "1"}) in (None, ingested)
        with suppress(DataError):
            assert read_snapshot(made) == whole
    finally:
        file.write_bytes(content)


def test_a_snapshot_can_be_built_after_the_latest_was_removed_by_hand(tmp_path: Path) -> None:
    first, _ = build_snapshot(tmp_path, {}, making("shoe"))
    second, _ = build_snapshot(tmp_path, {}, making("boot"))
    for path in sorted(second.folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    second.folder.rmdir()
    third, _ = build_snapshot(tmp_path, {}, making("heel"))
    assert {snapshot.digest for snapshot in history(third)} == {first.digest, third.digest}
