"""Training: resumable checkpoints on disk, written atomically, with the digests of all their files."""

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from components.core.errors import CheckpointError, DiskSpaceError
from components.core.files import digest_of, file_digest, is_disk_full, new_folder, remove_unfinished

STATE, TENSORS = "state.json", "state.safetensors"
BAD = ".bad-"
SMALL_FILES = 100_000  # bytes of JSON and headers in a checkpoint, and what the file system adds
FORM = 2  # version of the format of state.json; form 1 has no seal
_NAME = re.compile(r"step-(\d{6,})")


@dataclass(frozen=True, slots=True)
class State:
    """What a resumed training needs: optimizer tensors and numbers. Random numbers need no state: see order.py."""

    step: int
    tensors: Mapping[str, Tensor]
    numbers: Mapping[str, Any]


def checkpoint_folder(folder: Path, step: int) -> Path:
    return folder / f"step-{step:06d}"


def save_checkpoint(folder: Path, state: State, write: Callable[[Path], None]) -> Path:
    """Write one checkpoint below `folder` and return its path.

    `write` writes the weights into the folder that it gets. If it raises, no checkpoint is left. The checkpoint is
    renamed to its final name atomically, after all its files are synced to disk.

    Raises:
        DiskSpaceError: the disk is full. Earlier checkpoints are as they were.
    """
    path = checkpoint_folder(folder, state.step)
    try:
        with new_folder(path) as unfinished:
            write(unfinished)
            _write_state(unfinished, state)
    except (OSError, SafetensorError) as error:
        if not is_disk_full(error):
            raise
        raise _no_space(folder, state) from error
    return path


def _write_state(unfinished: Path, state: State) -> None:
    save_file(
        {name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in state.tensors.items()},
        unfinished / TENSORS,
    )
    files = sorted(file for file in unfinished.rglob("*") if file.is_file())
    digests = {file.relative_to(unfinished).as_posix(): file_digest(file) for file in files}
    content = {"form": FORM, "step": state.step, "numbers": dict(state.numbers), "digests": digests}
    sealed = {**content, "seal": digest_of(json.loads(json.dumps(content)))}  # as it will be read
    (unfinished / STATE).write_text(json.dumps(sealed, indent=1), encoding="utf-8")


def _no_space(folder: Path, state: State) -> DiskSpaceError:
    """Say how much is missing. A checkpoint holds the optimizer's tensors and, at half their size, the weights."""
    needed = sum(tensor.nbytes for tensor in state.tensors.values()) * 1.5 + SMALL_FILES
    free = shutil.disk_usage(folder).free
    return DiskSpaceError(
        f"The disk is full: the checkpoint of step {state.step} needs {needed / 1e6:,.1f} MB in {folder}, "
        f"which has {free / 1e6:,.1f} MB free, so {max(needed - free, 0) / 1e6:,.1f} MB are missing"
    )


def read_state(path: Path) -> State:
    """Read the state with which a training is resumed.

    Raises:
        CheckpointError: the checkpoint is incomplete or damaged.
    """
    content = _check(path)
    try:
        return State(content["step"], load_file(path / TENSORS), content["numbers"])
    except (SafetensorError, OSError, KeyError) as error:
        raise CheckpointError(f"{path} cannot be read ({error})", expected="a checkpoint", act="train again") from None


def complete_checkpoints(folder: Path) -> list[Path]:
    """Return the complete checkpoints by step. Damaged ones become `.bad-*`; what dead processes left is removed."""
    remove_unfinished(folder)
    found = sorted((path for path in folder.iterdir() if _NAME.fullmatch(path.name)), key=step_of)
    return [path for path in found if _is_complete(path)]


def step_of(path: Path) -> int:
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise CheckpointError(f"{path} is not a checkpoint", expected="a folder such as step-000300")
    return int(match[1])


def _is_complete(path: Path) -> bool:
    try:
        _check(path)
    except CheckpointError:
        _set_aside(path)
        return False
    return True


def _check(path: Path) -> Mapping[str, Any]:
    try:
        content: dict[str, Any] = json.loads((path / STATE).read_text(encoding="utf-8"))
        seal = content.pop("seal", None)
        damaged = [name for name, digest in content["digests"].items() if file_digest(path / name) != digest]
        fits = (content["form"], seal) in {(FORM, digest_of(content)), (1, None)} and content["step"] == step_of(path)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        found = f"{path} is damaged ({error})"
        raise CheckpointError(found, expected="a complete checkpoint", act="train again") from None
    if damaged or not fits:
        what = ", ".join(damaged) or STATE
        found = f"{path} is damaged ({what} is not what was written)"
        raise CheckpointError(found, expected="a complete checkpoint", act="train again")
    return content


def _set_aside(path: Path) -> None:
    number = 1
    while (aside := path.with_name(f"{BAD}{path.name}-{number}")).exists():
        number += 1
    path.rename(aside)
