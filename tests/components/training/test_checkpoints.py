"""Tests: checkpoints are written atomically, and damaged ones are renamed before training resumes."""

from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.core.errors import CheckpointError
from components.training.checkpoints import State, checkpoint_folder, complete_checkpoints, read_state, save_checkpoint

STATE = State(300, {"0.exp_avg": torch.arange(6.0).view(2, 3).T}, {"optimizer": {"0.step": 3}, "scaler": None})


def write_weights(folder: Path) -> None:
    (folder / "weights.bin").write_bytes(b"0123456789" * 20)


def test_the_state_that_is_read_equals_the_one_written(tmp_path: Path) -> None:
    path = save_checkpoint(tmp_path, STATE, write_weights)
    found = read_state(path)
    assert path.name == "step-000300"
    assert (found.step, found.numbers) == (300, STATE.numbers)
    assert torch.equal(found.tensors["0.exp_avg"], STATE.tensors["0.exp_avg"])


def test_checkpoints_are_listed_by_step(tmp_path: Path) -> None:
    for step in (1_000_000, 300, 5):
        save_checkpoint(tmp_path, State(step, STATE.tensors, {}), write_weights)
    assert [path.name for path in complete_checkpoints(tmp_path)] == ["step-000005", "step-000300", "step-1000000"]


def test_a_failed_write_leaves_no_files(tmp_path: Path) -> None:
    def refuse(folder: Path) -> None:
        write_weights(folder)
        raise CheckpointError("It has no effect.")

    with pytest.raises(CheckpointError, match="It has no effect"):
        save_checkpoint(tmp_path, STATE, refuse)
    assert list(tmp_path.iterdir()) == []


def test_unfinished_checkpoints_are_removed(tmp_path: Path) -> None:
    (tmp_path / ".unfinished-x").mkdir()
    assert complete_checkpoints(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["weights.bin", "state.safetensors", "state.json"]),
    place=st.floats(0, 0.999),
    cut=st.booleans(),
)
def test_a_damaged_checkpoint_is_renamed(
    tmp_path_factory: pytest.TempPathFactory, name: str, place: float, cut: bool
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    save_checkpoint(folder, State(5, STATE.tensors, {}), write_weights)
    path = save_checkpoint(folder, STATE, write_weights)
    content = bytearray((path / name).read_bytes())
    position = int(place * len(content))
    if cut:
        del content[position:]
    else:
        content[position] ^= 1
    (path / name).write_bytes(content)

    assert [found.name for found in complete_checkpoints(folder)] == ["step-000005"]
    assert (folder / ".bad-step-000300-1").is_dir()
    assert not path.exists()


def test_a_file_in_a_folder_of_a_checkpoint_is_checked_too(tmp_path: Path) -> None:
    def write(folder: Path) -> None:
        (folder / "model").mkdir()
        write_weights(folder / "model")

    path = save_checkpoint(tmp_path, STATE, write)
    assert complete_checkpoints(tmp_path) == [path]
    (path / "model" / "weights.bin").write_bytes(b"other")
    assert complete_checkpoints(tmp_path) == []


def test_a_second_damaged_checkpoint_does_not_overwrite_the_first(tmp_path: Path) -> None:
    for _ in range(2):
        (save_checkpoint(tmp_path, STATE, write_weights) / "state.json").unlink()
        complete_checkpoints(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".bad-step-000300-1", ".bad-step-000300-2"]


def test_a_checkpoint_under_another_name_is_not_read(tmp_path: Path) -> None:
    path = save_checkpoint(tmp_path, STATE, write_weights).rename(checkpoint_folder(tmp_path, 400))
    with pytest.raises(CheckpointError, match=r"state\.json is not what was written"):
        read_state(path)
