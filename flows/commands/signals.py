"""Flows: how a command ends at Ctrl-C, at SIGTERM, and when its terminal closes: with a sentence, in seconds."""

import os
import signal
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import Any, NoReturn

from flows.interruption import GO_ON_LATER, saved

INTERRUPTED, TERMINATED, HUNG_UP = 130, 143, 129  # 128 and the signal's number, as shells have it
KEPT = "Finished steps are kept"
SENTENCES = {
    INTERRUPTED: "Interrupted. Finished steps are kept: run the same command again to continue.",
    TERMINATED: "Terminated. Finished steps are kept: run the same command again to continue.",
    HUNG_UP: "The terminal was closed. Finished steps are kept: run the same command again to continue.",
}
GRACE_SECONDS = 8.0  # for what the command still writes; all that matters survives kill -9 too
CODES = {signal.SIGINT: INTERRUPTED, signal.SIGTERM: TERMINATED, signal.SIGHUP: HUNG_UP}

_ending, _told = threading.Event(), threading.Event()
_terminals: list[int] = []


def handle_signals(grace: float = GRACE_SECONDS) -> None:
    """End this process at these signals, within `grace` seconds. One that it was started to ignore stays ignored."""
    _terminals[:] = [stream for stream in (1, 2) if os.isatty(stream)]
    for number in CODES:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, partial(_end, grace))


def exit_code(code: str | int | None) -> str | int | None:
    """Return the exit code of a command that ends so: another one where a training was saved before a signal ended it.

    >>> exit_code(1)
    1
    """
    return GO_ON_LATER if code in SENTENCES and saved() else code


def tell(code: object) -> None:
    """Print the sentence for this exit code of a signal, once. Prints nothing if no signal means it."""
    if code in SENTENCES and not _told.is_set():
        _told.set()
        with suppress(OSError, ValueError):  # a closed terminal
            print(f"Error: {_sentence(code)}", file=sys.stderr, flush=True)  # noqa: T201


def end_soon(code: int, grace: float = GRACE_SECONDS) -> None:
    """End this process with this exit code after `grace` seconds, unless it has ended by itself."""
    timer = threading.Timer(grace, _end_now, [code])
    timer.daemon = True
    timer.start()


def _sentence(code: Any) -> str:
    what = saved()
    return (
        SENTENCES[code].replace("Finished steps are kept", f"{what.capitalize()} is saved") if what else SENTENCES[code]
    )


def _end(grace: float, number: int, frame: Any) -> None:
    """Unwind the stack, so that runs are marked as interrupted. Later signals change nothing: the end is near."""
    if _ending.is_set():
        return
    _ending.set()
    for other in CODES:
        signal.signal(other, signal.SIG_IGN)  # also while Python itself ends, which resets functions but not this
    code = CODES[signal.Signals(number)]
    end_soon(code, grace)
    if code == INTERRUPTED:
        raise KeyboardInterrupt
    if code == HUNG_UP:
        _leave_terminal()
    sys.exit(code)


def _end_now(code: int) -> NoReturn:
    """End without waiting for threads that still work, such as those in which an evaluation's subjects run."""
    tell(code)
    os._exit(GO_ON_LATER if saved() else code)


def _leave_terminal() -> None:
    """Write to nowhere from now on: writing to a terminal that is gone is an error."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in _terminals:
        os.dup2(nowhere, stream)
