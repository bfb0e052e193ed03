"""Flows: lines on standard error that tell what a command is doing, with the time since it began."""

import sys
from contextlib import suppress
from time import monotonic

from flows.console.log_file import write_line

BEGAN = monotonic()


def say(line: str) -> None:
    """Print a line such as `[01:23] train: 40 of 400`, and write it to the log file. Never fails."""
    text = f"[{elapsed(monotonic() - BEGAN)}] {line}"
    write_line(text)
    with suppress(OSError):  # a closed terminal
        print(text, file=sys.stderr, flush=True)  # noqa: T201


def elapsed(seconds: float) -> str:
    """Return minutes and seconds, and hours where there are some.

    >>> elapsed(83.9), elapsed(3 * 3600 + 62)
    ('01:23', '3:01:02')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"
