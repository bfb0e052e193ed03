"""Tests: the toy recipe, whose first training loses MLflow after two checkpoints."""

from dataclasses import replace
from pathlib import Path

from components.core.errors import UnavailableError
from components.core.recipe import RunLog
from components.core.records import Checkpoint
from tests import toys

LOSES_AT = 3  # the checkpoint before whose metrics MLflow is away
found: list[list[str]] = []  # the checkpoints that each attempt finds


class LosingLog:
    """A RunLog that reaches MLflow twice."""

    def __init__(self, log: RunLog) -> None:
        self.log, self.calls = log, 0

    def metrics(self, values: dict[str, float], step: int) -> None:
        self.calls += 1
        if self.calls == LOSES_AT:
            raise UnavailableError("MLflow does not answer", act="start it")
        self.log.metrics(values, step)

    def progress(self, what: str, done: int, total: int) -> None:
        self.log.progress(what, done, total)


def train(config: toys.Config, snapshot: toys.Fruits, folder: Path, log: RunLog) -> list[Checkpoint]:
    found.append(sorted(path.name for path in folder.glob("step-*")))
    return toys.train(config, snapshot, folder, LosingLog(log) if len(found) == 1 else log)  # type: ignore[arg-type]


RECIPE = replace(toys.RECIPE, train=train)
