"""Tests: a server that answers once, with 200, and ends."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Answer(BaseHTTPRequestHandler):
    """Answers every GET with 200 and no content."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()


if __name__ == "__main__":
    with HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer) as server:
        server.handle_request()
