"""Deployments: serves an ASGI application behind the guard: `python -m deployments.guarded_server APP PORT`.

APP is a function that returns the application, as `module:function`.
"""

import sys

import uvicorn
from uvicorn.importer import import_from_string

from deployments.guard import NAMES, Guard
from registry.environment import HOME_HEADER, home_mark


def serve(factory: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    app = import_from_string(factory)()
    headers = [(HOME_HEADER, home_mark())]
    uvicorn.run(Guard(app, port), host=NAMES[0], port=port, log_level="warning", server_header=False, headers=headers)


if __name__ == "__main__":
    serve(sys.argv[1], int(sys.argv[2]))
