"""Flows: the lease of the flow that runs here. The parts of a lifecycle work under the lifecycle's lease."""

import os
import shlex
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar

from prefect.context import FlowRunContext

from components.core.masking import mask, mask_values
from flows.console.progress import log_line
from flows.lost_server import translated_loss
from flows.reap import reap_one
from registry.held_lease import device, hold
from registry.lease_rows import Lease, Work
from registry.leases import lapsed
from registry.locking.records import LockedError

P = ParamSpec("P")
R = TypeVar("R")

SAY_SECONDS = 600.0  # between two lines that something is waited for

_held: ContextVar[Lease | None] = ContextVar("held", default=None)


@contextmanager
def hold_lease(model: str, flow: str) -> Iterator[Lease]:
    """Hold a lease inside the block: the one of the flow around this one, if that has one, else a new one.

    A run of a deployment waits while another process works on the model. A command is refused at once, and told who
    works on it. Both wait for the device.
    """
    outer = _held.get()
    if outer is not None and outer.work.model == model:
        yield outer
        return
    work = _work(model, flow)
    with hold(work, bool(work.deployment), _Waits(), _end_this_process) as lease, translated_loss():
        _end_dead_commands(model)
        token = _held.set(lease)
        try:
            yield lease
        finally:
            _held.reset(token)


def on_device(model: str, flow: str) -> AbstractContextManager[None]:
    """Hold a place on the device inside the block; say who is waited for."""
    return device(model, flow, _Waits())


def _end_dead_commands(model: str) -> None:
    """End the runs of commands on this model that were killed here: who never runs `make worker` has no `reap`."""
    for lease in lapsed():
        if lease.work.model == model and not lease.work.deployment and lease.process.is_of_this_machine:
            reap_one(lease)


def leased(flow: Callable[P, R]) -> Callable[P, R]:
    """Hold the lease of the argument `model` while a flow's function runs. It is called like the function."""

    @wraps(flow)
    def hold_and_run(*arguments: P.args, **named: P.kwargs) -> R:
        model = str(signature(flow).bind(*arguments, **named).arguments["model"])
        with hold_lease(model, flow.__name__):
            return flow(*arguments, **named)

    return hold_and_run


class _Waits:
    """Says who is waited for: at first, when it is another one, and every ten minutes."""

    def __init__(self) -> None:
        self.said, self.at = "", 0.0

    def __call__(self, error: LockedError) -> None:
        now = time.monotonic()
        if str(error) != self.said or now - self.at > SAY_SECONDS:
            self.said, self.at = str(error), now
            log_line(f"waiting: {str(error).partition(': wait until')[0]}")


def _work(model: str, flow: str) -> Work:
    context = FlowRunContext.get()
    run = context.flow_run if context else None
    if run is None:
        return Work(model, flow, "", "", _command())
    deployment = str(run.deployment_id or "")
    return Work(model, flow, str(run.id), deployment, "" if deployment else _command(), mask_values(run.parameters))


def _command() -> str:
    return mask(shlex.join(["atelier", *sys.argv[1:]]))


def _end_this_process() -> None:
    log_line("Another process took this one for dead, and does the same work: this one ends.")
    os.kill(os.getpid(), signal.SIGTERM)
