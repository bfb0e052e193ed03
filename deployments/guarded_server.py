"""Deployments: serves an ASGI app behind the guard: `python -m deployments.guarded_server APP PORT DESCRIPTOR`.

APP is a function that returns the application, as `module:function`; DESCRIPTOR the number of a socket that listens on
the port, which the parent holds.
"""

import socket
import sys

import uvicorn
from uvicorn.importer import import_from_string

from deployments.guard import Guard
from registry.environment import HOME_HEADER, home_mark


def serve(factory: str, port: int, descriptor: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    app = import_from_string(factory)()
    headers = [(HOME_HEADER, home_mark())]
    config = uvicorn.Config(Guard(app, port), log_level="warning", server_header=False, headers=headers)
    uvicorn.Server(config).run([socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
