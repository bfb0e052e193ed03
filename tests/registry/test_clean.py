"""Tests: old versions are archived completely, and no version is deleted that a rollback needs."""

import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from components.core.errors import UsageError
from components.core.records import Decision, Verdict
from registry.archive import archive_of, write_archive
from registry.clean import Cleaning, clean
from registry.client import connect
from registry.ledger import store
from registry.production import Promotion, move_production
from registry.search import all_versions
from registry.version_files import verified_files
from registry.versions import checkpoint_of
from tests.registry.conftest import MODEL

MakeVersion = Callable[..., int]


@pytest.fixture
def five(make_version: MakeVersion) -> list[int]:
    return [make_version(step) for step in (10, 20, 30, 40, 50)]


def remaining() -> list[int]:
    return sorted(int(version.version) for version in all_versions(MODEL))


def promote(version: int) -> None:
    decision = Decision(version, Verdict.PROMOTE, "first", "Best.")
    move_production(MODEL, Promotion(version), lambda _: decision)


def test_the_newest_versions_stay_and_the_others_are_archived(five: list[int]) -> None:
    folders = {int(v.version): checkpoint_of(v).folder for v in all_versions(MODEL)}
    done = clean(MODEL, keep=3)
    assert (done.versions, done.damaged, done.dry_run) == ((1, 2), (), False)
    assert remaining() == [3, 4, 5]
    assert [folders[number].exists() for number in five] == [False, False, True, True, True]
    with tarfile.open(archive_of(MODEL, 2)) as archive:
        weights = archive.extractfile("checkpoint/weights.txt")
        metadata = archive.extractfile("version.json")
        assert weights is not None
        assert metadata is not None
        assert weights.read() == b"weights of step 20"
        assert json.load(metadata)["tags"]["step"] == "20"
        assert "manifest.json" in archive.getnames()
    assert done.bytes > len("weights of step 20")


def test_a_dry_run_reports_the_same_and_does_nothing(five: list[int], home: Path) -> None:
    planned = clean(MODEL, keep=2, dry_run=True)
    assert (planned.versions, planned.dry_run, remaining()) == ((1, 2, 3), True, five)
    assert not (home / "archive").exists()
    done = clean(MODEL, keep=2)
    assert (done.versions, done.bytes) == (planned.versions, planned.bytes)


def test_versions_with_an_alias_stay_and_the_one_that_a_rollback_restores(five: list[int]) -> None:
    promote(1)
    promote(3)
    connect().set_registered_model_alias(MODEL, "favourite", "2")
    before = store.history(MODEL)
    assert clean(MODEL, keep=1).versions == (4,)
    assert remaining() == [1, 2, 3, 5]
    assert store.history(MODEL) == before


def test_the_next_call_finishes_an_interrupted_one(five: list[int]) -> None:
    client = connect()
    first, second = (client.get_model_version(MODEL, number) for number in "12")
    write_archive(first, verified_files(first))  # as if the call died before it deleted anything
    write_archive(second, verified_files(second))  # as if it died just before it deleted the version
    (checkpoint_of(second).folder / "weights.txt").unlink()
    client.delete_logged_model(str(second.source).removeprefix("models:/"))
    unfinished = archive_of(MODEL, 3).with_name(".unfinished-1-3.tar")
    unfinished.write_bytes(b"half of a file")
    assert clean(MODEL, keep=2).versions == (1, 2, 3)
    assert remaining() == [4, 5]
    assert not unfinished.exists()


def test_a_damaged_archive_is_written_anew(five: list[int]) -> None:
    archive_of(MODEL, 1).parent.mkdir(parents=True)
    archive_of(MODEL, 1).write_bytes(b"half of a file")
    clean(MODEL, keep=4)
    with tarfile.open(archive_of(MODEL, 1)) as archive:
        assert "checkpoint/weights.txt" in archive.getnames()


def test_a_damaged_version_is_reported_and_stays(five: list[int]) -> None:
    folder = checkpoint_of(connect().get_model_version(MODEL, "1")).folder
    (folder / "weights.txt").write_text("others")
    done = clean(MODEL, keep=3)
    assert (done.versions, done.damaged) == ((2,), (1,))
    assert remaining() == [1, 3, 4, 5]


def test_files_that_another_version_shares_stay(five: list[int]) -> None:
    source = str(connect().get_model_version(MODEL, "1").source)
    connect().create_registered_model("other")
    connect().create_model_version("other", source)
    folder = checkpoint_of(connect().get_model_version(MODEL, "1")).folder
    assert clean(MODEL, keep=4).versions == (1,)
    assert (folder / "weights.txt").is_file()


def test_a_model_with_few_versions_or_none_does_not_change(five: list[int]) -> None:
    assert clean(MODEL, keep=5).versions == ()
    assert clean("nobody", keep=1) == Cleaning("nobody", (), 0, (), False)


def test_keeping_less_than_one_version_is_wrong_usage(home: Path) -> None:
    with pytest.raises(UsageError, match="expected at least 1"):
        clean(MODEL, keep=0)
