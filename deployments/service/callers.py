"""Deployments: who asks the service, and how much they may ask: keys, their rate and their quota."""

import asyncio
import time
from calendar import monthrange
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Annotated, TypeVar

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from starlette.concurrency import run_in_threadpool

from deployments.service.problems import ProblemError
from deployments.service.question import UNLIMITED, Account, Answer, Question
from deployments.service.service import Service
from registry.service_keys import PREFIX, ServiceKey, find_key
from registry.service_usage import Usage, count_usage, give_back, month_of, reserve

LOCAL = "local"  # a caller on this machine without a key
MINUTE = 60.0
ANY_KEY = HTTPBearer(auto_error=False, description="a key of `python -m flows keys --create NAME`")
Made = TypeVar("Made")
ASK = "send a key of `python -m flows keys --create NAME` in the header Authorization, after the word Bearer"


@dataclass(frozen=True, slots=True)
class KeyAccount:
    """Counts what a key uses in a month; `now` returns seconds since 1970."""

    key: ServiceKey
    now: Callable[[], float] = time.time

    async def reserve(self, outputs: int) -> str:
        now = self.now()
        month = month_of(now)
        if await asyncio.to_thread(reserve, self.key.name, month, outputs, self.key.quota):
            return month
        raise ProblemError(
            429,
            f"The quota of {self.key.name} is spent, {self.key.quota} output{'s' * (self.key.quota != 1)} a month",
            act=f"ask for less than is left of it, or wait until {_next_month(now):%Y-%m-%d}",
            headers={"Retry-After": str(int(_next_month(now).timestamp() - now) + 1)},
        )

    async def settle(self, used: Usage, made: bool) -> None:
        if made:
            await asyncio.to_thread(count_usage, used)
        else:
            await asyncio.to_thread(give_back, used.name, used.month, used.outputs)


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """Somebody who may ask, on an account."""

    name: str
    account: Account = UNLIMITED

    async def ask(
        self,
        service: Service,
        model: str,
        content: bytes | dict[str, object],
        alias: str = "",
        request: Request | None = None,
        job: bool = False,
    ) -> Answer:
        """Ask the service on the caller's account. `request` tells whether the client still waits."""
        question = Question(model, content, alias, self.name, self.account, job)
        return await service.ask(question if request is None else question.until(request.is_disconnected))

    async def use(self, what: str, outputs: int, make: Callable[[], Made]) -> Made:
        """Return what is made, in a thread of its own, on the caller's account: what fails costs nothing.

        Args:
            what: the name in the usage report, such as a product line.
            outputs: how many of them are made.
            make: makes them.

        Raises:
            ProblemError: the quota is spent.
        """
        month = await self.account.reserve(outputs)
        began, done = time.monotonic(), False
        try:
            made = await run_in_threadpool(make)
            done = True
            return made
        finally:
            await self.account.settle(Usage(self.name, month, what, 1, outputs, time.monotonic() - began), done)


class Gate:
    """Knows callers by their keys. Without `required`, requests without a key pass: on loopback."""

    def __init__(self, required: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._required, self._clock = required, clock
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        self._lock = Lock()

    def caller(self, text: str | None) -> KnownCaller:
        """Return who has a key.

        Raises:
            ProblemError: the key is missing or wrong (401), or was used too often in a minute (429).
        """
        ours = text is not None and text.startswith(f"{PREFIX}_")
        if not self._required and not ours:  # other programs' clients send keys of their own form
            return KnownCaller(LOCAL)
        key = find_key(text) if ours and text else None
        if key is None:
            found = "No key was sent" if text is None else "The key is wrong, or was revoked"
            raise ProblemError(401, found, act=ASK, headers={"WWW-Authenticate": "Bearer"})
        self._require_rate(key)
        return KnownCaller(key.name, KeyAccount(key))

    def _require_rate(self, key: ServiceKey) -> None:
        if not key.rate:
            return
        now = self._clock()
        with self._lock:
            recent = self._recent[key.name]
            while recent and recent[0] <= now - MINUTE:
                recent.popleft()
            if len(recent) >= key.rate:
                wait = int(recent[0] + MINUTE - now) + 1
                found = f"{key.name} has sent {len(recent)} requests in the last minute"
                retry = {"Retry-After": str(wait)}
                raise ProblemError(429, found, expected=f"{key.rate}", act=f"ask again in {wait} s", headers=retry)
            recent.append(now)


def find_caller(request: Request, sent: Annotated[object, Depends(ANY_KEY)] = None) -> KnownCaller:
    """Return who asks, by the header Authorization."""
    gate: Gate = request.app.state.gate
    return gate.caller(getattr(sent, "credentials", None))


Caller = Annotated[KnownCaller, Depends(find_caller)]


def _next_month(now: float) -> datetime:
    first = datetime.fromtimestamp(now, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return first + timedelta(days=monthrange(first.year, first.month)[1])
