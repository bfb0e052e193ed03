"""Tests: leases of processes that live, died, or run on another machine."""

import subprocess
import sys
from dataclasses import replace
from functools import cache
from uuid import uuid4

import psutil

from registry.lease_rows import Lease, State, Work
from registry.leases import add
from registry.processes import ProcessName, this_machine, this_process

MODEL = "toy"


def work(flow: str = "train", model: str = MODEL, **named: object) -> Work:
    return replace(Work(model, flow, str(uuid4())), **named)  # type: ignore[arg-type]


@cache
def dead_process() -> ProcessName:
    """Return the name of a process of this machine that was killed."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        named = ProcessName(this_machine(), process.pid, psutil.Process(process.pid).create_time())
        process.kill()
    return named


def elsewhere() -> ProcessName:
    return replace(this_process(), machine="other 1 pid:[2]")


def dead_lease(of: Work | None = None, state: State = State.HELD) -> Lease:
    return add(of or work(), state, dead_process())
