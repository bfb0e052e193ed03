"""Deployments: a question to a model, its answer, what became of it, and who pays for it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from pydantic import BaseModel

from deployments.service.queue import Ticket
from registry.live import Live
from registry.service_usage import Usage

Gone = Callable[[], Awaitable[bool]]


async def stays() -> bool:
    """Say that the client has not gone away: for callers inside the service."""
    return False


class Account(Protocol):
    """What a caller may use."""

    async def reserve(self, outputs: int) -> str:
        """Take outputs from what is left, and return their month. Raises ProblemError if too few are left."""
        ...

    async def settle(self, used: Usage, made: bool) -> None:
        """Count what was made, or give back what was not."""
        ...


class Unlimited:
    """The account of a caller on this machine."""

    async def reserve(self, outputs: int) -> str:
        return ""

    async def settle(self, used: Usage, made: bool) -> None: ...


UNLIMITED = Unlimited()


@dataclass(frozen=True, slots=True)
class Question:
    """A request to a model: the fields of its request as JSON bytes or as values, and who asks.

    `alias` is empty for what the settings choose: Production, or Challenger for its share.
    """

    model: str
    content: bytes | Mapping[str, Any]
    alias: str = ""
    caller: str = ""
    account: Account = UNLIMITED
    job: bool = False
    gone: Gone = stays
    placed: Callable[[Ticket], None] = lambda ticket: None

    def until(self, gone: Gone) -> "Question":
        """Return the question of a client that may go away."""
        return replace(self, gone=gone)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: `answered`, `refused`, `failed`, or `gone` where the client did not wait."""

    word: str
    question: Question
    live: Live
    request: BaseModel
    seconds: float
    response: BaseModel | None = None
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, the same as JSON, the version it is from, and how long it took in seconds."""

    response: BaseModel
    body: bytes
    live: Live
    request: BaseModel
    cached: bool = False
    seconds: float = 0.0

    @property
    def origin(self) -> dict[str, str]:
        return {**self.live.loaded.origin, "alias": self.live.alias}
