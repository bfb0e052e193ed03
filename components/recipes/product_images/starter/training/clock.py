"""components / product images / starter / training: lines of progress with the seconds since the start."""

import sys
import time
from dataclasses import dataclass


@dataclass(frozen=True)
class Clock:
    """Prints a line with the seconds since `begun`. Both processes use it, and Linux and macOS give them one clock."""

    begun: float

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.begun

    def __call__(self, line: str) -> None:
        print_line(f"{self.seconds:6.0f} s  {line}")


def print_line(line: str) -> None:
    """Print one line without buffering."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
