"""Tests: a proxy before a real server, which can answer 500, answer 500 after it did what was asked, or answer late."""

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Proxy:
    address: str
    mode: str = "works"  # works, away, forgets
    seconds: float = 0.0  # before each answer
    requests: int = 0


@contextmanager
def proxy(target: str) -> Iterator[Proxy]:
    found = Proxy("")

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *arguments: object) -> None: ...

        def do_any(self) -> None:
            found.requests += 1
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            time.sleep(found.seconds)
            status, answer = (500, b"") if found.mode == "away" else ask(self, body)
            self.send_response(500 if found.mode == "forgets" else status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_any  # noqa: N815  http.server's names

    def ask(handler: BaseHTTPRequestHandler, body: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": handler.headers.get("Content-Type", "application/json")}
        request = urllib.request.Request(f"{target}{handler.path}", body or None, headers, method=handler.command)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
