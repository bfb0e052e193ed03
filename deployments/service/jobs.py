"""Deployments: requests that nobody waits for: they are answered when the device has time, and fetched later."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from components.core.errors import AtelierError
from deployments.service.problems import INTERNAL, ProblemError
from deployments.service.question import Answer, Question
from deployments.service.queue import Ticket
from deployments.service.service import Service

KEPT_SECONDS = 3600.0  # of a job that is done
MOST = 1000  # jobs that are kept


@dataclass(slots=True, eq=False)
class Job:
    """A request that is answered later. `cancelled` is set by a person."""

    id: str
    question: Question
    began: float
    task: "asyncio.Task[Answer]" = field(init=False)
    ticket: Ticket | None = None
    ended: float = 0.0
    cancelled: bool = False

    def place(self, ticket: Ticket) -> None:
        """Note where the request waits."""
        self.ticket = ticket

    @property
    def state(self) -> str:
        if self.cancelled or self.task.cancelled():
            return "cancelled"
        if not self.task.done():
            return "waiting"
        return "failed" if self.task.exception() else "done"


@dataclass(slots=True)
class Jobs:
    """The jobs of this process, with which they end. Longer work is a flow run (flow_runs.py)."""

    service: Service
    clock: Callable[[], float] = time.monotonic
    _jobs: dict[str, Job] = field(default_factory=dict)

    def start(self, question: Question) -> Job:
        """Start a job; must be called in the event loop.

        Raises:
            AtelierError: the request is refused. It is checked at once, so that nobody waits for nothing.
        """
        self._forget()
        if len(self._jobs) >= MOST:
            raise ProblemError(429, f"{MOST} jobs are kept already", act="fetch or cancel some", headers=_LATER)
        self.service.check(question)
        job = Job(uuid4().hex, question, self.clock())
        job.task = asyncio.get_running_loop().create_task(self.service.ask(replace(question, placed=job.place)))
        job.task.add_done_callback(lambda _: self._end(job))
        self._jobs[job.id] = job
        return job

    def find(self, identity: str, caller: str) -> Job:
        """Return a caller's job. Raises ProblemError (404) if the caller has no such job."""
        job = self._jobs.get(identity)
        if job is None or job.question.caller != caller:
            raise ProblemError(404, "There is no such job", act="a job is kept for an hour after its end")
        return job

    def cancel(self, job: Job) -> None:
        """Give a job up. What is computed already is not interrupted, and is thrown away."""
        if not job.task.done():
            job.cancelled = True
            job.task.cancel()

    def described(self, job: Job) -> dict[str, Any]:
        """Return what GET /jobs/{id} says. Position 0: it is computed now, or is done."""
        ticket = job.ticket if job.state == "waiting" else None
        position = self.service.queue.position(ticket) if ticket else 0
        running = ticket is not None and ticket.started > 0
        eta = self.service.queue.eta(ticket) if ticket else None
        return {
            "id": job.id,
            "state": "running" if running else job.state,
            "model": job.question.model,
            "position": position,
            "eta_seconds": None if eta is None else round(eta, 1),
            "seconds": round((job.ended or self.clock()) - job.began, 2),
            **_problem(job),
            "result": f"/jobs/{job.id}/result" if job.state == "done" else None,
        }

    def _end(self, job: Job) -> None:
        job.ended = self.clock()
        if not job.task.cancelled():
            job.task.exception()  # otherwise asyncio reports an error that nobody has fetched yet

    def _forget(self) -> None:
        old = self.clock() - KEPT_SECONDS
        self._jobs = {name: job for name, job in self._jobs.items() if not job.ended or job.ended > old}


_LATER = {"Retry-After": "60"}


def _problem(job: Job) -> Mapping[str, Any]:
    error = job.task.exception() if job.state == "failed" else None
    if error is None:
        return {"problem": None}
    return {"problem": str(error) if isinstance(error, AtelierError) else INTERNAL}
