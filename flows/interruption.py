"""Flows: defers Ctrl-C and SIGTERM until what the process is at has been saved, and knows what has been saved."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

GO_ON_LATER = 75  # EX_TEMPFAIL of sysexits.h: the same command continues
DEFERRED = (signal.SIGINT, signal.SIGTERM)
SAID = b"\nAsked to end: this step is finished and saved first. A second Ctrl-C or SIGTERM ends at once.\n"

Handler = Callable[[int, FrameType | None], Any]

_saved: list[str] = []  # what an interruption now would lose nothing of; empty if it would lose something


@dataclass(slots=True)
class Deferred:
    """The `Interruption` of one block."""

    handlers: dict[int, Handler] = field(default_factory=dict)  # those that the block replaced, by signal
    received: list[int] = field(default_factory=list)

    @property
    def asked(self) -> bool:
        return bool(self.received)

    def saved(self, what: str) -> None:
        _saved[:] = [what]

    def ask(self) -> None:
        """End this process after the block as SIGTERM would."""
        if not self.received and signal.SIGTERM in self.handlers:
            self.received.append(signal.SIGTERM)


def saved() -> str:
    """Return what has been saved, such as `step 137`; empty if an interruption loses something, or nothing trains."""
    return _saved[0] if _saved else ""


def forget_saved() -> None:
    """The work is done: an interruption of what comes next is no interruption of it."""
    _saved.clear()


@contextmanager
def defer_interruption() -> Iterator[Deferred]:
    """Note the first signal inside the block, and handle it after the block; a second one is handled at once.

    Handlers stay whose they are: the command line's (flows/commands/signals.py), or those of Prefect's engine. In
    another thread than the main one, which gets no signals, nothing is deferred.
    """
    deferred = Deferred()
    if threading.current_thread() is not threading.main_thread():
        yield deferred
        return
    forget_saved()

    def receive(number: int, frame: FrameType | None) -> None:
        if deferred.received:
            _give_back(deferred)
            deferred.handlers[number](number, frame)
            return
        deferred.received.append(number)
        with suppress(OSError):  # a closed terminal
            os.write(2, SAID)  # `print` may be at work on the same buffer when the signal comes

    for number in DEFERRED:
        handler = signal.getsignal(number)
        if callable(handler):  # not one that is ignored, or ends the process without Python
            deferred.handlers[number] = handler
            signal.signal(number, receive)
    try:
        yield deferred
    finally:
        _give_back(deferred)
    for received in deferred.received:
        deferred.handlers[received](received, None)


def _give_back(deferred: Deferred) -> None:
    for number, handler in deferred.handlers.items():
        signal.signal(number, handler)
