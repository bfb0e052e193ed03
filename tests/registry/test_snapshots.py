"""Tests: homes that name one ATELIER_SNAPSHOTS_URL read each other's snapshots."""

from pathlib import Path

import pytest

from components.core.errors import DataError
from components.data.snapshots import build_snapshot, known_snapshots
from registry.settings import settings
from registry.snapshots import address_of, fetch_history, read_snapshot, share
from tests.components.data.test_snapshots import making

MODEL = "shoes"


@pytest.fixture
def shared(bare_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("ATELIER_SNAPSHOTS_URL", f"{tmp_path}/shared/")
    return f"{tmp_path}/shared/{MODEL}"


def test_another_home_reads_a_snapshot_by_its_digest_and_as_the_latest(
    shared: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, _ = build_snapshot(settings().snapshots(MODEL), {}, making("shoe", "boot"))
    share(MODEL)
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path / "other"))
    assert read_snapshot(MODEL).splits == read_snapshot(MODEL, made.digest).splits == made.splits
    newer, _ = build_snapshot(fetch_history(MODEL), {}, making("shoe", "heel"))
    share(MODEL)
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path / "home"))
    assert known_snapshots(settings().snapshots(MODEL)) == [made.digest]
    assert read_snapshot(MODEL).digest == newer.digest
    assert address_of(MODEL, newer, tmp_path) == f"{shared}/{newer.digest}.tar"


def test_without_the_variable_nothing_leaves_the_home(bare_home: Path) -> None:
    made, _ = build_snapshot(fetch_history(MODEL), {}, making("shoe"))
    share(MODEL)
    assert read_snapshot(MODEL) == made
    assert address_of(MODEL, made, made.folder) == str(made.folder)


def test_a_snapshot_that_no_home_has_is_refused_with_those_that_are_known(shared: str) -> None:
    with pytest.raises(DataError, match=r"There is no snapshot in .*shoes yet"):
        read_snapshot(MODEL)
    made, _ = build_snapshot(settings().snapshots(MODEL), {}, making("shoe"))
    with pytest.raises(DataError, match=f"is called '0123456789ab'. Known snapshots: {made.digest}"):
        read_snapshot(MODEL, "0123456789ab")
