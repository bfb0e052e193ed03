"""Core: the log that running work writes to, and by which it learns that it is to end."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


class RunLog(Protocol):
    """Receives metrics and progress of running work: MLflow and a progress bar in production, a list in tests."""

    def metrics(self, values: Mapping[str, float], step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None: ...


class QuietLog:
    """A log that keeps nothing, for whoever shows the progress of the whole by itself."""

    def metrics(self, values: Mapping[str, float], step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None: ...


class Interruption(Protocol):
    """Whether the process was asked to end, while an interruption is deferred."""

    @property
    def asked(self) -> bool: ...

    def saved(self, what: str) -> None:
        """Say what has been saved, such as `step 137`: nothing is lost if the process ends now."""
        ...

    def ask(self) -> None:
        """Ask this process to end, because another one that it works with was asked."""
        ...


@runtime_checkable
class DefersInterruption(Protocol):
    """A log that can defer Ctrl-C and SIGTERM. Work that cannot save itself needs none of this."""

    def defer_interruption(self) -> AbstractContextManager[Interruption]: ...


@dataclass(frozen=True, slots=True)
class _Never:
    asked: bool = False

    def saved(self, what: str) -> None: ...

    def ask(self) -> None: ...


def defer_interruption(log: RunLog) -> AbstractContextManager[Interruption]:
    """Let the block finish what it is at and save it, if the process is asked to end; the end comes after the block.

    Without effect for a log that defers nothing: then an interruption is raised at once.
    """
    return log.defer_interruption() if isinstance(log, DefersInterruption) else nullcontext(_Never())
