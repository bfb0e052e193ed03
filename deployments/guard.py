"""Deployments: refuses what other web pages send to our servers, by the headers Host, Origin and Sec-Fetch-*."""

from collections.abc import Iterator, Sequence

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

NAMES = ("127.0.0.1", "localhost", "[::1]")  # what a browser calls this machine
WRONG_HOST, REFUSED = 400, 403


def hosts_of(port: int) -> tuple[str, ...]:
    """Return the Host headers of a browser or a program that names a server on this machine.

    >>> hosts_of(4200)
    ('127.0.0.1:4200', 'localhost:4200', '[::1]:4200')
    """
    return tuple(f"{name}:{port}" for name in NAMES)


def origins_of(port: int) -> tuple[str, ...]:
    return tuple(f"http://{host}" for host in hosts_of(port))


class Guard:
    """ASGI middleware: passes requests of the server's own pages and of programs, and refuses those of other web pages.

    A foreign page cannot hide itself: a browser names it in Origin where a request can change something, and says in
    Sec-Fetch-Site that the page is not ours. A foreign name that was made to point to this machine (DNS rebinding)
    stands in Host. Programs send no Origin, and pass.
    """

    def __init__(self, app: ASGIApp, port: int) -> None:
        self.app, self.port = app, port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = None if scope["type"] == "lifespan" else next(refusals(Headers(scope=scope), self.port), None)
        if refused is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await WebSocketClose(reason="refused")(scope, receive, send)
        else:
            status, problem = refused
            await PlainTextResponse(f"{problem}\n", status)(scope, receive, send)


def refusals(headers: Headers, port: int) -> Iterator[tuple[int, str]]:
    """Yield a status and a sentence for each header that only another web page can have caused."""
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1 or hosts[0].lower() not in hosts_of(port):
        yield WRONG_HOST, f"Host is {_shown(hosts)}, expected {_choice(hosts_of(port))}: open the page by that address."
    if {origin.lower() for origin in origins} - {*origins_of(port)}:
        yield REFUSED, f"Origin is {_shown(origins)}, expected {_choice(origins_of(port))}: other pages are refused."
    site = headers.get("sec-fetch-site", "none")
    if site not in {"none", "same-origin"} and not origins and not _is_link(headers):
        yield REFUSED, f"Sec-Fetch-Site is {site!r}, expected same-origin: other pages may only link to this one."


def _is_link(headers: Headers) -> bool:
    """Tell whether a person follows a link from another page to ours: the browser opens a page of its own."""
    return headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"


def _shown(values: Sequence[str]) -> str:
    return " and ".join(map(repr, values)) or "missing"


def _choice(values: Sequence[str]) -> str:
    return f"{', '.join(values[:-1])} or {values[-1]}"
