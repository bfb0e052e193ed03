"""Deployments: refuses what other web pages send, and bodies that are too large, before they are read."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deployments.guard import refusals
from deployments.service.problems import ProblemError, problem, problem_of

Refuse = Callable[[Headers], tuple[int, str] | None]


def from_other_pages(port: int) -> Refuse:
    """Return a check of the headers by which a browser says which page sends a request (deployments/guard.py)."""
    return lambda headers: next(refusals(headers, port), None)


def nothing(_: Headers) -> None:
    """Refuse nothing: beyond loopback every request needs a key, which no other page knows."""


class Shield:
    """ASGI middleware. `most` is in bytes."""

    def __init__(self, app: ASGIApp, refuse: Refuse, most: int) -> None:
        self.app, self.refuse, self.most = app, refuse, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refused = self.refuse(headers) or self._too_large(headers)
        if refused is not None:
            await problem(*refused)(scope, receive, send)
            return
        read = 0

        async def bounded() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.most:
                raise ProblemError(*self._sentence(read))
            return message

        try:
            await self.app(scope, bounded, send)
        except ProblemError as error:
            await problem_of(error)(scope, receive, send)

    def _too_large(self, headers: Headers) -> tuple[int, str] | None:
        length = headers.get("content-length", "0")
        return self._sentence(int(length)) if length.isdecimal() and int(length) > self.most else None

    def _sentence(self, size: int) -> tuple[int, str]:
        return 413, f"The body has more than {min(size, self.most) // 1000} kB: send less."
