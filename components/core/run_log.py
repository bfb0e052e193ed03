"""Core: the log that running work writes to."""

from collections.abc import Mapping
from typing import Protocol


class RunLog(Protocol):
    """Receives metrics and progress of running work: MLflow and a progress bar in production, a list in tests."""

    def metrics(self, values: Mapping[str, float], step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None: ...
