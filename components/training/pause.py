"""Training: the state of an interrupted training between two checkpoints, kept until it is passed."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from components.training.checkpoints import State, complete_checkpoints, save_checkpoint, step_of

FOLDER = "pause"  # beside the checkpoints; what is in it never becomes a version


def save_pause(folder: Path, state: State, write: Callable[[Path], None]) -> None:
    """Save where a training stopped; an earlier pause is removed once this one is complete on disk."""
    kept = save_checkpoint(folder / FOLDER, state, write)
    for path in complete_checkpoints(kept.parent):
        if path != kept:
            shutil.rmtree(path, ignore_errors=True)


def start_of(folder: Path, previous: int, step: int, checkpoint: Path) -> Path | None:
    """Return the state from which `step` is trained: the newest at or after step `previous`, None for the start.

    Args:
        folder: of the checkpoints.
        previous: the step of the newest checkpoint before `step`, 0 if there is none.
        step: the step of the checkpoint to train.
        checkpoint: the folder of `previous`.
    """
    found = [path for path in paused(folder) if previous < step_of(path) < step]
    return found[-1] if found else checkpoint if previous else None


def paused(folder: Path) -> Sequence[Path]:
    """Return the complete states of interruptions, by step."""
    return complete_checkpoints(folder / FOLDER) if (folder / FOLDER).is_dir() else []


def forget_pause(folder: Path) -> None:
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
