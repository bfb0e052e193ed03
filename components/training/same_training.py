"""Training: what a training depends on, written beside its checkpoints, so that no other one continues it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from components.core.errors import CheckpointError
from components.core.files import write_text
from components.training.checkpoints import step_of
from components.training.pause import FOLDER as PAUSE

FILE = "training.json"


def require_same_training(folder: Path, depends_on: Mapping[str, Any]) -> None:
    """Compare with what the training in a folder depends on; without a note of it, it is whoever's asks first.

    Raises:
        CheckpointError: its checkpoints depend on something else. The sentence names what changed.
    """
    before = _read(folder / FILE)
    changed = [] if before is None else _changes(_flat(before), _flat(_plain(depends_on)))
    if changed:
        raise CheckpointError(
            f"The training in {folder} was begun with other inputs ({'; '.join(changed)})",
            expected="the same, as it would be continued from its checkpoints",
            act="change that back, or train in a new folder",
        )


def note_training(folder: Path, depends_on: Mapping[str, Any]) -> None:
    """Write on what the training in a folder depends."""
    write_text(folder / FILE, json.dumps(_plain(depends_on), indent=1, sort_keys=True))


def interrupted_otherwise(folder: Path, depends_on: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each interrupted training beside this one, which depends on something else.

    Who changes a setting after an interruption learns so that this training does not continue that one.
    """
    now, sentences = _flat(_plain(depends_on)), []
    for pause in sorted(folder.parent.glob(f"*/{PAUSE}/step-*")):
        before = _read(pause.parents[1] / FILE)
        if before is not None and pause.parents[1] != folder and (changed := _changes(_flat(before), now)):
            sentences.append(
                f"The training in {pause.parents[1]} was interrupted at step {step_of(pause)} with other inputs "
                f"({'; '.join(changed)}): this one begins anew."
            )
    return sentences


def _plain(depends_on: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value as it is read again: tuples are lists."""
    plain: dict[str, Any] = json.loads(json.dumps(depends_on, default=str))
    return plain


def _read(path: Path) -> dict[str, Any] | None:
    with suppress(OSError, ValueError):
        found = json.loads(path.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else None
    return None


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    names = sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))
    return [f"{name} was {_word(before.get(name))} and is {_word(now.get(name))}" for name in names]


def _word(value: Any) -> str:
    return "not set" if value is None else json.dumps(value) if isinstance(value, list) else str(value)


def _flat(found: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in found.items():
        flat |= _flat(value, f"{prefix}{name}.") if isinstance(value, Mapping) else {f"{prefix}{name}": value}
    return flat
