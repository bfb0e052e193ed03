"""Tests: runs a command in a terminal of its own (a pty), types into it or sends signals, and reads what it prints."""

import os
import pty
import re
import select
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests import ROOT

CTRL_C = b"\x03"  # the terminal sends SIGINT to the whole foreground process group
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, the seconds after the signal, and the text that it printed."""

    code: int
    seconds: float
    text: str


@dataclass
class Terminal:
    """The terminal of a running command. Its process group is the process id."""

    pid: int
    file: int
    text: str = ""

    def type(self, keys: bytes) -> None:
        os.write(self.file, keys)

    def read(self, seconds: float) -> bool:
        """Read what is printed within these seconds; return False at the end."""
        waiting = select.poll()  # select() refuses numbers of files above 1,023
        waiting.register(self.file, select.POLLIN)
        if not waiting.poll(seconds * 1000):
            return True
        try:
            found = os.read(self.file, 65536)
        except OSError:  # Linux, when the command has closed its side
            return False
        self.text += ESCAPES.sub("", found.decode(errors="replace"))
        return bool(found)


def run_in_terminal(
    command: Sequence[str], environment: Mapping[str, str], marker: str, then: Callable[[Terminal], None]
) -> Ended:
    """Run a command until it prints the marker, call `then`, and wait for its end, two minutes at most."""
    pid, file = pty.fork()
    if pid == 0:
        os.chdir(ROOT)
        os.execvpe(command[0], list(command), dict(environment))
    terminal = Terminal(pid, file)
    deadline = time.monotonic() + 300
    while marker not in terminal.text:
        assert terminal.read(0.2), terminal.text
        assert time.monotonic() < deadline, terminal.text
    began = time.monotonic()
    then(terminal)
    while time.monotonic() < began + 120 and terminal.read(0.2):
        pass
    _, status = os.waitpid(pid, 0)
    return Ended(os.waitstatus_to_exitcode(status), time.monotonic() - began, terminal.text)
