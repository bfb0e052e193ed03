"""Tests: the digests of a catalogue's files are those of their content, though unchanged files are not read again."""

import json
import os
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from components.data.catalogue.digests import digests_of
from components.data.catalogue.files import fingerprint_of
from tests.components.data.catalogues import jpeg, line, write_catalogue

NAMES = ("1.jpg", "2.jpg")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "images").mkdir()
    for name in NAMES:
        (tmp_path / "images" / name).write_bytes(name.encode())
    return tmp_path / "images"


def expected(folder: Path) -> dict[str, str]:
    return {name: sha256((folder / name).read_bytes()).hexdigest() for name in NAMES}


def exchange(file: Path, content: bytes, by_rename: bool = False) -> None:
    """Write other content of the same size, and set the times back."""
    about = file.stat()
    assert about.st_size == len(content)
    target = file.with_name("new") if by_rename else file
    target.write_bytes(content)
    os.utime(target, ns=(about.st_atime_ns, about.st_mtime_ns))
    target.rename(file)
    assert file.stat().st_mtime_ns == about.st_mtime_ns


@pytest.mark.parametrize("by_rename", [False, True])
def test_content_exchanged_under_an_equal_size_and_time_is_noticed(folder: Path, by_rename: bool) -> None:
    cache = folder.parent
    assert digests_of(folder, NAMES, cache) == expected(folder)
    exchange(folder / "2.jpg", b"3.jpg", by_rename)
    assert digests_of(folder, NAMES, cache) == digests_of(folder, NAMES) == expected(folder)


def test_files_that_did_not_change_are_not_read_again(folder: Path) -> None:
    cache = folder.parent
    digests_of(folder, NAMES, cache)
    (kept,) = cache.glob("digests-*.json")
    before = kept.stat().st_mtime_ns
    assert digests_of(folder, NAMES, cache) == expected(folder)
    assert kept.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: kept.write_text(""),
        lambda kept: kept.write_text("[]"),
        lambda kept: kept.write_text('{"files": 3, "digest": "x"}'),
        lambda kept: kept.write_bytes(b"\xff"),
        lambda kept: kept.write_text(kept.read_text().replace(json.loads(kept.read_text())["files"]["1.jpg"][1], "0")),
    ],
)
def test_what_is_kept_is_made_again_if_it_was_damaged(folder: Path, damage: Callable[[Path], object]) -> None:
    cache = folder.parent
    digests_of(folder, NAMES, cache)
    (kept,) = cache.glob("digests-*.json")
    damage(kept)
    assert digests_of(folder, NAMES, cache) == expected(folder)


def test_a_file_that_is_gone_or_cannot_be_read_has_no_digest_of_content(folder: Path) -> None:
    (folder / "2.jpg").unlink()
    (folder / "2.jpg").mkdir()
    assert digests_of(folder, (*NAMES, "3.jpg"), folder.parent) == {
        **{"1.jpg": sha256(b"1.jpg").hexdigest()},
        "2.jpg": "unreadable",
        "3.jpg": "unreadable",
    }


def test_a_catalogue_has_the_same_fingerprint_wherever_it_lies_and_another_one_after_any_change(tmp_path: Path) -> None:
    folder = write_catalogue(tmp_path / "c", [line(1)], {1: jpeg(1)})
    seen = [fingerprint_of(folder, tmp_path), fingerprint_of(shutil.copytree(folder, tmp_path / "copy"), tmp_path)]
    assert seen[0] == seen[1]
    picture, table = folder / "images" / "1.jpg", folder / "styles.csv"
    for file in (picture, table):
        exchange(file, file.read_bytes()[:-1] + b"~")
        seen.append(fingerprint_of(folder, tmp_path))
    assert len(set(seen)) == 3
