"""Core: starts a Python module as a process that outlives Ctrl-C, and ends by itself soon after its parent's death."""

import multiprocessing
import multiprocessing.process
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
LOOK_SECONDS = 0.5  # between two looks at the parent
GRACE_SECONDS = 5.0  # between SIGTERM and SIGKILL

Process = subprocess.Popen[bytes]


def start(
    module: str, *arguments: str, environment: Mapping[str, str], output: IO[bytes], sockets: tuple[int, ...] = ()
) -> Process:
    """Run `python -m module` in a session of its own, which the terminal's Ctrl-C and hang-up do not reach.

    It ends with its parent, also after SIGKILL: it watches its parent's process id, as Linux and macOS allow it.

    Args:
        module: as after `python -m`.
        arguments: its arguments.
        environment: all its environment variables.
        output: a file, which gets standard output and standard error.
        sockets: file descriptors that it inherits.
    """
    path = os.pathsep.join(filter(None, [str(ROOT), environment.get("PYTHONPATH", "")]))
    return subprocess.Popen(
        [sys.executable, "-m", __name__, str(os.getpid()), module, *arguments],
        env={**environment, "PYTHONPATH": path},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        pass_fds=sockets,
        start_new_session=True,
    )


def end(process: Process, seconds: float = GRACE_SECONDS) -> None:
    """End a process and its children: SIGTERM, and SIGKILL after so many seconds. Without effect if all have ended."""
    _signal(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=seconds)
    _signal(process.pid, signal.SIGKILL)  # the children, if the process itself has ended
    process.wait()


@cache
def end_with_parent() -> None:
    """In a worker of a process pool: leave Ctrl-C to the parent, and end when the parent is gone, also after SIGKILL.

    Python's workers would wait for work for ever. In a process that no pool started, it does nothing.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _signal(group: int, number: int) -> None:
    with suppress(ProcessLookupError, PermissionError):  # PermissionError: macOS, for a group of zombies
        os.killpg(group, number)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    _signal(os.getpgrp(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    _signal(os.getpgrp(), signal.SIGKILL)


def main() -> None:
    """Run the module of the arguments in this process, and watch the parent in a thread."""
    parent, module, *arguments = sys.argv[1:]
    threading.Thread(target=_watch, args=(int(parent),), daemon=True).start()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
