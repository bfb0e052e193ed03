"""Training: validation losses of checkpoints, when they end a training early, and which checkpoints are removed."""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from components.core.files import write_text

FILE = "progress.json"


@dataclass(frozen=True, slots=True)
class Progress:
    """What is known of a training besides its checkpoints."""

    losses: Mapping[int, float] = field(default_factory=dict)  # validation loss by step; lower is better
    removed: Collection[int] = ()  # steps whose checkpoints were removed to keep within the limit


def read_progress(folder: Path) -> Progress:
    """Return what `write_progress` wrote; nothing is known if the file is missing or damaged."""
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        losses = {int(step): float(loss) for step, loss in found["losses"].items()}
        return Progress(losses, [int(step) for step in found["removed"]])
    return Progress()


def write_progress(folder: Path, progress: Progress) -> None:
    losses = {str(step): loss for step, loss in sorted(progress.losses.items())}
    write_text(folder / FILE, json.dumps({"losses": losses, "removed": sorted(progress.removed)}))


def with_loss(progress: Progress, step: int, loss: float) -> Progress:
    return replace(progress, losses={**progress.losses, step: loss})


def without(progress: Progress, steps: Collection[int]) -> Progress:
    return replace(progress, removed=sorted({*progress.removed, *steps}))


def best_step(losses: Mapping[int, float]) -> int | None:
    """Return the step of the lowest loss, the first of equal ones; None without losses.

    >>> best_step({100: 0.5, 200: 0.4, 300: 0.4})
    200
    """
    return min(sorted(losses), key=lambda step: losses[step], default=None)


def steps_until_stop(steps: Sequence[int], losses: Mapping[int, float], patience: int | None) -> Sequence[int]:
    """Return the checkpoints of a training: all, or those until `patience` in a row have no lower loss than the best.

    >>> steps_until_stop([100, 200, 300, 400], {100: 0.5, 200: 0.6, 300: 0.7}, patience=2)
    [100, 200, 300]
    """
    best, since = float("inf"), 0
    for position, step in enumerate(steps):
        if patience is None or step not in losses:
            return steps
        best, since = (losses[step], 0) if losses[step] < best else (best, since + 1)
        if since >= patience:
            return steps[: position + 1]
    return steps


def to_remove(complete: Collection[int], losses: Mapping[int, float], limit: int | None) -> list[int]:
    """Return the checkpoints beyond the newest `limit`, without the one of the lowest validation loss.

    >>> to_remove([100, 200, 300, 400], {100: 0.4, 200: 0.5, 300: 0.6, 400: 0.7}, limit=2)
    [200]
    """
    if limit is None:
        return []
    best = best_step({step: loss for step, loss in losses.items() if step in complete})
    return [step for step in sorted(complete)[:-limit] if step != best]
