"""Deployments: one thread that computes on this process's device, with a bounded queue, and makes batches."""

import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from math import ceil
from threading import Condition, Thread
from typing import Any

from pydantic import BaseModel

from components.core.errors import AtelierError
from components.core.predictor import PredictsTogether
from deployments.service.problems import ProblemError
from registry.loaded import Loaded

LONGEST_RETRY = 120  # seconds that a client is told to wait, at most
Response = Future[BaseModel]


@dataclass(slots=True, eq=False)
class Ticket:
    """A request that waits for the device, or is computed. Jobs give way to others.

    `waiting` is how many clients wait for the response: identical requests share one.
    """

    loaded: Loaded
    request: BaseModel
    outputs: int
    job: bool = False
    entered: float = 0.0
    started: float = 0.0
    waiting: int = 0
    future: Response = field(default_factory=Future)


@dataclass(frozen=True, slots=True)
class Size:
    """Bounds: requests that wait, outputs of a batch, seconds that the first of a batch waits for others."""

    waiting: int
    batch: int
    gather: float = 0.0


class DeviceQueue:
    """The device computes for one version at a time. Requests of the same version are computed together."""

    def __init__(self, size: Size, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._clock = size, clock
        self._first = deque[Ticket]()
        self._waiting = deque[Ticket]()
        self._jobs = deque[Ticket]()
        self._running: list[Ticket] = []
        self._seconds = 0.0  # that an output takes, a moving average
        self._changed = Condition()
        self._taken: Ticket | None = None
        self._ended = False
        self._thread = Thread(target=self._run, name="device", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def end(self) -> None:
        """Refuse what waits, and return once what is computed now is done."""
        with self._changed:
            self._ended = True
            left = [*self._first, *self._waiting, *self._jobs]
            self._first.clear()
            self._waiting.clear()
            self._jobs.clear()
            self._changed.notify_all()
        for ticket in left:
            if ticket.future.set_running_or_notify_cancel():
                ticket.future.set_exception(ProblemError(503, "The service is ending", act="ask again later"))
        if self._thread.is_alive():
            self._thread.join()

    def try_out(self, loaded: Loaded, request: BaseModel) -> BaseModel:
        """Return the response of a version that nobody is sent to yet, ahead of all that wait."""
        ticket = Ticket(loaded, request, outputs=1)
        with self._changed:
            self._first.append(ticket)
            self._changed.notify_all()
        return ticket.future.result()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive() and not self._ended

    @property
    def depth(self) -> int:
        """Return how many requests wait."""
        return len(self._waiting) + len(self._jobs)

    @property
    def first(self) -> int:
        """Return how many new versions wait to be tried."""
        return len(self._first)

    @property
    def seconds_an_output(self) -> float:
        """Return the seconds that an output takes, a moving average; 0 before anything was measured."""
        return self._seconds

    def submit(self, ticket: Ticket) -> Response:
        """Let a request wait for its turn. To give it up, cancel the future.

        Raises:
            ProblemError: the queue is full (429, with Retry-After), or the service ends.
        """
        with self._changed:
            if self._ended:
                raise ProblemError(503, "The service is ending", act="ask again later")
            place = self._jobs if ticket.job else self._waiting
            if len(place) >= self._size.waiting:
                seconds = min(max(1, ceil(self._wait_seconds(place))), LONGEST_RETRY)
                raise ProblemError(
                    429,
                    f"{len(place)} requests wait already",
                    act=f"ask again in {seconds} s",
                    headers={"Retry-After": str(seconds)},
                )
            ticket.entered = self._clock()
            place.append(ticket)
            self._changed.notify_all()
        return ticket.future

    def position(self, ticket: Ticket) -> int:
        """Return how many requests are computed before this one; 0 if it is computed now, or is done."""
        with self._changed:
            order = [*self._waiting, *self._jobs]
            return len(self._running and [1]) + order.index(ticket) if ticket in order else 0

    def eta(self, ticket: Ticket) -> float | None:
        """Return the seconds until a request is done, None before anything was measured."""
        if ticket.future.done() or not self._seconds:
            return 0.0 if ticket.future.done() else None
        with self._changed:
            order = [*self._waiting, *self._jobs]
            ahead = order[: order.index(ticket)] if ticket in order else []
            passed = self._clock() - ticket.started if ticket.started else 0.0
        return max(0.0, self._seconds * (sum(t.outputs for t in ahead) + ticket.outputs) - passed)

    def _wait_seconds(self, place: "deque[Ticket]") -> float:
        return self._seconds * sum(ticket.outputs for ticket in (*self._running, *place))

    def _run(self) -> None:
        while batch := self._next():
            began = self._clock()
            _compute(batch)
            self._learn(batch, self._clock() - began)

    def _learn(self, batch: Sequence[Ticket], seconds: float) -> None:
        each = seconds / max(1, sum(ticket.outputs for ticket in batch))
        self._seconds = each if not self._seconds else 0.8 * self._seconds + 0.2 * each
        self._running = []

    def _next(self) -> list[Ticket]:
        """Wait for a request, gather others of the same version, and return them; nothing when the queue ends."""
        with self._changed:
            self._changed.wait_for(self._take)
            first, self._taken = self._taken, None
            return self._begin(self._gather(first)) if first else []

    def _take(self) -> bool:
        """Take the first request, and tell whether there is one, or the queue ends."""
        places = (self._first, self._waiting, self._jobs)
        self._taken = next((ticket for ticket in map(_take_first, places) if ticket), None)
        return self._taken is not None or self._ended

    def _begin(self, batch: list[Ticket]) -> list[Ticket]:
        for ticket in batch:
            ticket.started = self._clock()
        self._running = batch
        return batch

    def _gather(self, first: Ticket) -> list[Ticket]:
        batch = [first]
        if first.job or not isinstance(first.loaded.predictor, PredictsTogether):
            return batch
        until = self._clock() + self._size.gather
        while True:
            batch += _take_like(self._waiting, first, self._size.batch - sum(ticket.outputs for ticket in batch))
            left = until - self._clock()
            if left <= 0 or sum(ticket.outputs for ticket in batch) >= self._size.batch or self._ended:
                return batch
            self._changed.wait(left)


def _take_first(place: "deque[Ticket]") -> Ticket | None:
    """Take the first request that nobody has given up."""
    while place:
        ticket = place.popleft()
        if ticket.future.set_running_or_notify_cancel():
            return ticket
    return None


def _take_like(place: "deque[Ticket]", first: Ticket, room: int) -> list[Ticket]:
    """Take the requests of the same version that fit, in their order."""
    taken: list[Ticket] = []
    for ticket in [ticket for ticket in place if ticket.loaded is first.loaded]:
        if ticket.outputs <= room:
            place.remove(ticket)
            taken += [ticket] if ticket.future.set_running_or_notify_cancel() else []
            room -= ticket.outputs
    return taken


def _compute(batch: Sequence[Ticket]) -> None:
    """Compute a batch. If it fails, each request is computed alone, so that one cannot spoil the others."""
    if len(batch) > 1 and _compute_together(batch):
        return
    for ticket in batch:
        try:
            ticket.future.set_result(ticket.loaded.predictor.predict(ticket.request))
        except Exception as error:
            _report(error)
            ticket.future.set_exception(error)


def _compute_together(batch: Sequence[Ticket]) -> bool:
    predictor: Any = batch[0].loaded.predictor
    try:
        responses = list(predictor.predict_together([ticket.request for ticket in batch]))
    except Exception as error:
        _report(error)
        return False
    for ticket, response in zip(batch, responses, strict=True):
        ticket.future.set_result(response)
    return True


def _report(error: Exception) -> None:
    """Write the traceback of what is no error of ours, which has a sentence that the client gets."""
    if not isinstance(error, AtelierError):
        sys.stderr.write(traceback.format_exc())
