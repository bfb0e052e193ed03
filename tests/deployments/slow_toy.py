"""Tests: the toy recipe with a training that takes a second a step, so that a process can be killed in the middle."""

import time
from dataclasses import replace
from pathlib import Path

from components.core.recipe import RunLog
from components.core.records import Checkpoint
from tests import toys

STEP_SECONDS = 1.0


class SlowLog:
    """Waits at each step, after the checkpoint of the step before was written."""

    def __init__(self, log: RunLog) -> None:
        self.log = log

    def metrics(self, values: dict[str, float], step: int) -> None:
        time.sleep(STEP_SECONDS)
        self.log.metrics(values, step)

    def progress(self, what: str, done: int, total: int) -> None:
        self.log.progress(what, done, total)


def train(config: toys.Config, snapshot: toys.Fruits, folder: Path, log: RunLog) -> list[Checkpoint]:
    return toys.train(config, snapshot, folder, SlowLog(log))  # type: ignore[arg-type]


RECIPE = replace(toys.RECIPE, train=train)
