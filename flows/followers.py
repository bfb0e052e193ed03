"""Flows: the other processes of a command that `accelerate launch` started: they share in its training, no more.

The main process runs the command. It sends them what it trains, and they train it with it. Flows, runs in MLflow,
leases and files are the main process's alone.
"""

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from components.core.run_log import Interruption
from flows.interruption import defer_interruption


class SilentLog:
    """A RunLog that discards everything, as the main process logs. An interruption waits until the step is saved."""

    def metrics(self, values: Mapping[str, float], step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None: ...

    def defer_interruption(self) -> AbstractContextManager[Interruption]:
        return defer_interruption()


def is_follower() -> bool:
    return int(os.environ.get("RANK", "0")) > 0


def lead(config: Any, snapshot: Any, folder: Path, *start: Any) -> None:
    """Send to the other processes, if there are any, what they are to train: the arguments of a recipe's `train`."""
    _send((config, snapshot, folder, *start))


def dismiss() -> None:
    """Let the other processes end, if there are any: the command has ended well, with a training or without one.

    After an error the launcher ends them.
    """
    _send(None)


def follow() -> None:
    """Train what the main process sends, until it lets this process end."""
    from components.recipes import get_recipe  # slow, as below: `--help` needs neither

    while (job := _exchange(None)) is not None:
        config, snapshot, folder, *start = job
        get_recipe(config.recipe).train(config, snapshot, folder, SilentLog(), *start)


def _send(job: Any) -> None:
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not is_follower():
        _exchange(job)


def _exchange(job: Any) -> Any:
    from components.training.processes import exchange

    return exchange(job)
