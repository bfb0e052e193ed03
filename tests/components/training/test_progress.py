"""Tests: an early stop needs patience, and a limit keeps the newest checkpoints and the best."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.training.progress import (
    FILE,
    Progress,
    best_step,
    read_progress,
    steps_until_stop,
    to_remove,
    with_loss,
    without,
    write_progress,
)

STEPS = [10, 20, 30, 40, 50]


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    assert read_progress(tmp_path) == Progress()
    progress = without(with_loss(with_loss(Progress(), 20, 0.25), 10, 0.5), [10])
    write_progress(tmp_path, progress)
    assert read_progress(tmp_path) == progress


@pytest.mark.parametrize("text", ["", "[]", '{"losses": {"x": 1}}', '{"losses": [1], "removed": []}'])
def test_a_damaged_file_is_no_knowledge(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert read_progress(tmp_path) == Progress()


@pytest.mark.parametrize(
    ("losses", "patience", "expected"),
    [
        ([5, 4, 3, 2, 1], 1, STEPS),
        ([5, 6, 7, 8, 9], 2, [10, 20, 30]),
        ([5, 6, 4, 7, 3.9], 2, STEPS),
        ([5, 5, 5], 1, [10, 20]),
        ([5], 1, STEPS),
        ([5, 6, 7, 8, 9], None, STEPS),
    ],
)
def test_the_early_stop(losses: list[float], patience: int | None, expected: list[int]) -> None:
    known = dict(zip(STEPS, losses, strict=False))
    assert list(steps_until_stop(STEPS, known, patience)) == expected


def test_a_loss_that_is_not_a_number_is_no_better_one() -> None:
    assert list(steps_until_stop(STEPS, dict.fromkeys(STEPS, float("nan")), 2)) == [10, 20]


@given(
    complete=st.sets(st.integers(1, 50), min_size=1),
    losses=st.dictionaries(st.integers(1, 50), st.floats(0, 10)),
    limit=st.integers(1, 5),
)
def test_the_newest_and_the_best_are_never_removed(complete: set[int], losses: dict[int, float], limit: int) -> None:
    gone = to_remove(complete, losses, limit)
    kept = complete - set(gone)
    assert set(sorted(complete)[-limit:]) <= kept
    assert best_step({step: loss for step, loss in losses.items() if step in complete}) in {None, *kept}
    assert len(kept) <= limit + 1
    assert to_remove(kept, losses, limit) == []
