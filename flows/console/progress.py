"""Flows: shows the progress of long work: a bar in a terminal, otherwise plain lines, or logs in Prefect's page."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from prefect.context import FlowRunContext
from prefect.logging import get_run_logger
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from components.core.masking import mask
from flows.console.lines import BEGAN, say
from flows.console.log_file import write_line
from flows.console.progress_artifacts import ProgressArtifacts
from flows.console.remaining import Pace, remaining
from flows.interruption import Deferred, defer_interruption
from registry.tags import NOTE
from registry.tracking import Run

LINE_SECONDS = 5.0  # outside a terminal, at most one line in this many seconds at first
PATIENCE = 0.05  # later at most one line in this part of the time since the command began: an hour has some 90 lines


@dataclass
class FlowLog:
    """The RunLog of flows: metrics go to the MLflow run, progress to the terminal or Prefect's logs."""

    run: Run | None
    bars: Progress | None
    flow: str = ""  # the name of the flow that it tells of
    tasks: dict[str, Any] = field(default_factory=dict)
    printed: dict[str, tuple[int, int]] = field(default_factory=dict)
    next_line_at: float = 0.0  # by `monotonic`, in seconds
    artifacts: ProgressArtifacts = field(default_factory=ProgressArtifacts)
    paces: dict[str, Pace] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type["FlowLog"], tuple[None, None, str]]:
        """Pickle without bars and run: another process has no terminal, and does not write to the run."""
        return FlowLog, (None, None, self.flow)

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        if self.run is not None:
            self.run.metrics(values, step)

    def defer_interruption(self) -> AbstractContextManager[Deferred]:
        return defer_interruption()

    def progress(self, what: str, done: int, total: int) -> None:
        pace = self.paces.setdefault(what, Pace(monotonic(), done))
        left = remaining(pace, monotonic(), done, total)
        self.artifacts.show(what, done, total, left)
        if self.bars is not None:
            self._bar(self.bars, what, done, total)
        if (done, total) != self.printed.get(what) and self._is_time(what, done, total):
            self.printed[what] = (done, total)
            self.next_line_at = monotonic() + max(LINE_SECONDS, PATIENCE * (monotonic() - BEGAN))
            tell = log_line if self.bars is None else write_line
            tell(self._line(what, done, total) + (f", {left}" if left else ""))

    def note(self, about: str, sentence: str) -> None:
        """Show a note once, and keep it as a tag of the run."""
        if self.run is not None:
            self.run.tag(f"{NOTE}{about}", sentence)
        tell = log_line if self.bars is None else write_line
        tell(f"{about}: {sentence}")

    def _line(self, what: str, done: int, total: int) -> str:
        """Return a line such as `evaluate: step 100, 64 of 128`; a flow's name is not said twice."""
        names = [name for name in (self.flow, what) if name]
        return f"{': '.join(dict.fromkeys(names))}, {done} of {total}"

    def _is_time(self, what: str, done: int, total: int) -> bool:
        """Tell whether a line is due: for the begin and the end of each kind of work, and in between now and then."""
        return what not in self.printed or done >= total or monotonic() >= self.next_line_at

    def _bar(self, bars: Progress, what: str, done: int, total: int) -> None:
        if what not in self.tasks:
            self.tasks[what] = bars.add_task(what, total=total)
        bars.update(self.tasks[what], completed=done, total=total)


@contextmanager
def flow_log(run: Run | None) -> Iterator[FlowLog]:
    """Yield a log that shows bars on standard error if that is a terminal. Standard output is for results."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    context = FlowRunContext.get()
    with Progress(*columns, console=console) if console.is_terminal else nullcontext() as bars:
        yield FlowLog(run, bars, context.flow.name if context and context.flow else "")


def announce(flow: str) -> None:
    """Say that a flow begins: outside a terminal, where no bars show it, and in the log file."""
    tell = write_line if Console(stderr=True).is_terminal else log_line
    tell(f"{flow}: begins")


def log_line(line: str) -> None:
    """Log a line to Prefect if its log level is INFO (on a worker), else print it on standard error (command line)."""
    line = mask(line)
    logger = get_run_logger() if FlowRunContext.get() else logging.getLogger(__name__)
    if logger.isEnabledFor(logging.INFO):
        logger.info(line)
    else:
        say(line)
