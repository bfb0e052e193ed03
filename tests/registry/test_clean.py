"""Tests: old versions leave for the archive whole, and none that is or was served goes by mistake."""

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
from registry.production import Offer, move_production
from registry.search import all_versions
from registry.version_files import verified
from registry.versions import checkpoint_of
from tests.registry.conftest import MODEL

MakeVersion = Callable[..., int]


@pytest.fixture
def five(make_version: MakeVersion) -> list[int]:
    return [make_version(step) for step in (10, 20, 30, 40, 50)]


def standing() -> list[int]:
    return sorted(int(version.version) for version in all_versions(MODEL))


def promote(version: int) -> None:
    decision = Decision(version, Verdict.PROMOTE, "first", "Best.")
    move_production(MODEL, Offer(version), lambda _: decision)


def test_the_newest_stay_and_the_others_are_archived_whole(five: list[int]) -> None:
    folders = {int(v.version): checkpoint_of(v).folder for v in all_versions(MODEL)}
    done = clean(MODEL, keep=3)
    assert (done.versions, done.damaged, done.dry_run) == ((1, 2), (), False)
    assert standing() == [3, 4, 5]
    assert [folders[number].exists() for number in five] == [False, False, True, True, True]
    with tarfile.open(archive_of(MODEL, 2)) as archive:
        weights = archive.extractfile("checkpoint/weights.txt")
        told = archive.extractfile("version.json")
        assert weights is not None
        assert told is not None
        assert weights.read() == b"weights of step 20"
        assert json.load(told)["tags"]["step"] == "20"
        assert "manifest.json" in archive.getnames()
    assert done.bytes > len("weights of step 20")


def test_a_dry_run_says_the_same_and_does_nothing(five: list[int], home: Path) -> None:
    said = clean(MODEL, keep=2, dry_run=True)
    assert (said.versions, said.dry_run, standing()) == ((1, 2, 3), True, five)
    assert not (home / "archive").exists()
    done = clean(MODEL, keep=2)
    assert (done.versions, done.bytes) == (said.versions, said.bytes)


def test_what_is_served_stays_and_what_a_rollback_goes_back_to(five: list[int]) -> None:
    promote(1)
    promote(3)
    connect().set_registered_model_alias(MODEL, "favourite", "2")
    before = store.history(MODEL)
    assert clean(MODEL, keep=1).versions == (4,)
    assert standing() == [1, 2, 3, 5]
    assert store.history(MODEL) == before


def test_what_an_interruption_left_the_next_call_finishes(five: list[int]) -> None:
    client = connect()
    first, second = (client.get_model_version(MODEL, number) for number in "12")
    write_archive(first, verified(first))  # died before anything was deleted
    write_archive(second, verified(second))  # died just before the version was
    (checkpoint_of(second).folder / "weights.txt").unlink()
    client.delete_logged_model(str(second.source).removeprefix("models:/"))
    unfinished = archive_of(MODEL, 3).with_name(".unfinished-1-3.tar")
    unfinished.write_bytes(b"half of a file")
    assert clean(MODEL, keep=2).versions == (1, 2, 3)
    assert standing() == [4, 5]
    assert not unfinished.exists()


def test_a_damaged_archive_is_written_anew(five: list[int]) -> None:
    archive_of(MODEL, 1).parent.mkdir(parents=True)
    archive_of(MODEL, 1).write_bytes(b"half of a file")
    clean(MODEL, keep=4)
    with tarfile.open(archive_of(MODEL, 1)) as archive:
        assert "checkpoint/weights.txt" in archive.getnames()


def test_a_damaged_version_is_named_and_left_alone(five: list[int]) -> None:
    folder = checkpoint_of(connect().get_model_version(MODEL, "1")).folder
    (folder / "weights.txt").write_text("others")
    done = clean(MODEL, keep=3)
    assert (done.versions, done.damaged) == ((2,), (1,))
    assert standing() == [1, 3, 4, 5]


def test_files_that_another_version_shares_stay(five: list[int]) -> None:
    source = str(connect().get_model_version(MODEL, "1").source)
    connect().create_registered_model("other")
    connect().create_model_version("other", source)
    folder = checkpoint_of(connect().get_model_version(MODEL, "1")).folder
    assert clean(MODEL, keep=4).versions == (1,)
    assert (folder / "weights.txt").is_file()


def test_a_model_with_few_versions_or_none_is_left_as_it_is(five: list[int]) -> None:
    assert clean(MODEL, keep=5).versions == ()
    assert clean("nobody", keep=1) == Cleaning("nobody", (), 0, (), False)


def test_not_even_one_cannot_be_kept(home: Path) -> None:
    with pytest.raises(UsageError, match="expected at least 1"):
        clean(MODEL, keep=0)
