"""Tests: records are immutable values and can be pickled."""

import pickle
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from components.core.records import Decision, Score, Scorecard, Snapshot, Verdict


def test_a_snapshot_counts_its_splits() -> None:
    assert Snapshot("d1", Path(), {"train": [{}, {}], "test": []}).sizes == {"train": 2, "test": 0}


def test_a_record_cannot_be_changed() -> None:
    score = Score(1.0, 2, 0.5, 1.5)
    with pytest.raises(FrozenInstanceError):
        score.value = 2.0  # type: ignore[misc]


def test_a_verdict_prints_as_its_name() -> None:
    assert f"{Verdict.PROMOTE}" == "PROMOTE"


@pytest.mark.parametrize(
    "value",
    [Scorecard("step-1", "d1", "validation", {"kid": Score(1, 2, 0, 2)}), Decision(1, Verdict.HOLD, "tie", "Tied.")],
)
def test_a_pickled_record_is_equal(value: object) -> None:
    assert pickle.loads(pickle.dumps(value)) == value
