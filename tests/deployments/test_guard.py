"""Tests: requests that only another web page can have caused are refused; our pages, links and programs pass."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from deployments.guard import Guard

PORT = 4200


async def answer(_: Request) -> PlainTextResponse:
    return PlainTextResponse("reached")


async def greet(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("reached")
    await socket.close()


@pytest.fixture
def server() -> TestClient:
    routes = [Route("/", answer, methods=["GET", "POST"]), WebSocketRoute("/socket", greet)]
    return TestClient(Guard(Starlette(routes=routes), PORT), base_url=f"http://127.0.0.1:{PORT}")


def status(server: TestClient, method: str = "POST", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return server.request(method, "/", headers=named).status_code


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"])
def test_each_name_of_this_machine_passes_with_the_right_port(server: TestClient, name: str) -> None:
    assert status(server, host=f"{name}:{PORT}", origin=f"http://{name}:{PORT}") == 200
    assert status(server, host=f"{name}:{PORT}") == 200
    assert status(server, host=f"127.0.0.1:{PORT}", origin=f"http://{name}:{PORT}", sec_fetch_site="cross-site") == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        "127.0.0.1:80",
        f"127.0.0.1.evil.example:{PORT}",
        f"192.168.evil.example:{PORT}",
        f"localhost:{PORT}.evil.example",
        f"evil@localhost:{PORT}",
        f"0.0.0.0:{PORT}",
        "",
    ],
)
def test_another_host_is_refused(server: TestClient, host: str) -> None:
    assert status(server, "GET", host=host) == 400
    assert status(server, "POST", host=host) == 400


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "",
        "file://",
        "http://localhost:9999",
        f"https://127.0.0.1:{PORT}",
        f"http://127.0.0.1:{PORT}.evil.example",
        f"http://evil.example:{PORT}",
        f"http://127.0.0.1:{PORT}/",
    ],
)
def test_another_origin_is_refused(server: TestClient, origin: str) -> None:
    assert status(server, "POST", origin=origin) == 403
    assert status(server, "GET", origin=origin) == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_a_page_that_sends_no_origin_is_known_by_the_browsers_other_headers(server: TestClient, site: str) -> None:
    assert status(server, "GET", sec_fetch_site=site, sec_fetch_mode="no-cors", sec_fetch_dest="image") == 403
    assert status(server, "GET", sec_fetch_site=site, sec_fetch_mode="navigate", sec_fetch_dest="iframe") == 403


def test_a_link_from_another_page_opens_ours(server: TestClient) -> None:
    link = {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}
    assert status(server, "GET", **link) == 200
    assert status(server, "POST", origin="http://evil.example", **link) == 403  # a form of another page


def test_two_hosts_or_two_origins_are_refused_if_one_is_foreign(server: TestClient) -> None:
    ours, foreign = f"127.0.0.1:{PORT}", "evil.example"
    assert server.get("/", headers=[("host", ours), ("host", foreign)]).status_code == 400
    origins = [("origin", f"http://{ours}"), ("origin", f"http://{foreign}")]
    assert server.get("/", headers=origins).status_code == 403


def test_websockets_are_guarded_too(server: TestClient) -> None:
    ours = f"127.0.0.1:{PORT}"  # the test client names no port
    with server.websocket_connect("/socket", headers={"host": ours, "origin": f"http://localhost:{PORT}"}) as socket:
        assert socket.receive_text() == "reached"
    for headers in ({"host": ours, "origin": "http://evil.example"}, {"host": "evil.example"}):
        with pytest.raises(WebSocketDisconnect), server.websocket_connect("/socket", headers=headers):
            pass


def test_the_refusal_says_what_was_expected(server: TestClient) -> None:
    said = server.get("/", headers={"host": "evil.example"}).text.strip()
    assert said == (
        "Host is 'evil.example', expected 127.0.0.1:4200, localhost:4200 or [::1]:4200: open the page by that address."
    )
