"""Tests: a pause is continued from until a checkpoint passes it, and an older one goes once a newer one is complete."""

from pathlib import Path

import torch

from components.training.checkpoints import State
from components.training.pause import forget_pause, paused, save_pause, start_of


def pause(folder: Path, step: int) -> None:
    save_pause(folder, State(step, {"0.exp_avg": torch.ones(2)}, {}), lambda unfinished: None)


def names(folder: Path) -> list[str]:
    return [path.name for path in paused(folder)]


def test_the_newest_pause_between_two_checkpoints_is_the_start(tmp_path: Path) -> None:
    checkpoint = tmp_path / "step-000004"
    assert start_of(tmp_path, 0, 4, tmp_path) is None
    assert start_of(tmp_path, 4, 8, checkpoint) == checkpoint
    pause(tmp_path, 6)
    assert start_of(tmp_path, 4, 8, checkpoint) == tmp_path / "pause" / "step-000006"
    assert start_of(tmp_path, 0, 4, checkpoint) is None  # a lost checkpoint before it is trained from its own start
    assert start_of(tmp_path, 8, 12, tmp_path / "step-000008") == tmp_path / "step-000008"


def test_a_second_pause_replaces_the_first(tmp_path: Path) -> None:
    pause(tmp_path, 5)
    pause(tmp_path, 7)
    assert names(tmp_path) == ["step-000007"]
    forget_pause(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_pause_is_not_continued_from(tmp_path: Path) -> None:
    pause(tmp_path, 6)
    (tmp_path / "pause" / "step-000006" / "state.safetensors").write_bytes(b"")
    checkpoint = tmp_path / "step-000004"
    assert start_of(tmp_path, 4, 8, checkpoint) == checkpoint
