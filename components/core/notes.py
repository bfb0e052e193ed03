"""Core: notes of running work: what was decided by the machine at hand, and why."""

from typing import Protocol, runtime_checkable

from components.core.run_log import RunLog


@runtime_checkable
class KeepsNotes(Protocol):
    """A log that keeps notes with the run, and shows them."""

    def note(self, about: str, sentence: str) -> None: ...


def note(log: RunLog, about: str, sentence: str) -> None:
    """Keep a sentence with the run, such as why a precision was chosen. Logs that keep none do without it."""
    if isinstance(log, KeepsNotes):
        log.note(about, sentence)
