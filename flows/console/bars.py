"""Flows: shows the progress of a command without Prefect: bars in a terminal, otherwise plain lines."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from flows.console.remaining import Pace, remaining

LINE_SECONDS = 5.0  # outside a terminal, at most one line in this many seconds


@dataclass
class ProgressLog:
    """A RunLog that shows progress on standard error and has no run for metrics."""

    bars: Progress | None
    tasks: dict[str, Any] = field(default_factory=dict)
    next_line_at: float = 0.0  # by `monotonic`, in seconds
    paces: dict[str, Pace] = field(default_factory=dict)

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        """Drop them: no run is open."""

    def progress(self, what: str, done: int, total: int) -> None:
        if self.bars is None:
            self._line(what, done, total)
            return
        if what not in self.tasks:
            self.tasks[what] = self.bars.add_task(what, total=total)
        self.bars.update(self.tasks[what], completed=done, total=total)

    def _line(self, what: str, done: int, total: int) -> None:
        now = monotonic()
        left = remaining(self.paces.setdefault(what, Pace(now, done)), now, done, total)
        if done >= total or now >= self.next_line_at:
            self.next_line_at = now + LINE_SECONDS
            print(f"{what} {done}/{total}{left and f', {left}'}", file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def progress_log() -> Iterator[ProgressLog]:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) if console.is_terminal else nullcontext() as bars:
        yield ProgressLog(bars)
