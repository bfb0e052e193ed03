"""Tests: a complete lifecycle is recognised, unless what it rests on was altered."""

import pytest

from components.core.errors import CheckpointError
from components.core.records import Verdict
from components.data.snapshots import read_snapshot
from flows.already_done import is_complete
from flows.lifecycle import lifecycle
from flows.promote import promote
from registry import aliases
from registry.settings import settings
from registry.version_files import verified_files


def test_a_lifecycle_is_complete_for_its_own_settings_only(after_lifecycle: str) -> None:
    assert is_complete(after_lifecycle, None, [])
    assert not is_complete(after_lifecycle, None, ["seed=7"])
    assert not is_complete(after_lifecycle, None, ["promote.at_least.accuracy=0.9"])


def test_a_decision_on_one_version_does_not_complete_the_lifecycle(scored: str) -> None:
    assert promote(scored, version=1)[0].verdict is Verdict.REJECT
    assert not is_complete(scored, None, [])
    promote(scored)
    assert is_complete(scored, None, [])


def test_a_lifecycle_whose_snapshot_was_altered_is_not_complete_and_makes_it_again(after_lifecycle: str) -> None:
    snapshot = read_snapshot(settings().snapshots(after_lifecycle))
    (snapshot.folder / "train" / "fruit.png").write_bytes(b"a pear")
    assert not is_complete(after_lifecycle, None, [])
    lifecycle(after_lifecycle)
    assert read_snapshot(settings().snapshots(after_lifecycle)) == snapshot
    assert is_complete(after_lifecycle, None, [])


def test_a_lifecycle_whose_version_in_production_was_altered_is_not_complete_and_says_so(after_lifecycle: str) -> None:
    version = aliases.production(after_lifecycle)
    assert version is not None
    (weights,) = verified_files(version).folder.rglob("weights.json")
    weights.write_text('{"threshold": 3}')
    assert not is_complete(after_lifecycle, None, [])
    with pytest.raises(CheckpointError, match=r"weights\.json is not what was registered"):
        lifecycle(after_lifecycle)
