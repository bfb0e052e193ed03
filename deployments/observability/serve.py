"""Deployments: serves the metrics at one loopback address, for Prometheus: `python -m deployments metrics`."""

import contextlib
import socket

import typer
import uvicorn
from prometheus_client import CollectorRegistry, make_asgi_app
from starlette.types import ASGIApp

from components.core.errors import AtelierError
from deployments.guard import Guard
from deployments.observability.metrics import Models

HOST = "127.0.0.1"
VARIABLE = "ATELIER_METRICS_PORT"


def create_app(port: int, models: Models | None = None) -> ASGIApp:
    """Return the application, which answers at any path, and to this machine's names only."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(models or Models())
    return Guard(make_asgi_app(registry), port)


def serve_metrics(port: int) -> None:
    """Serve until Ctrl-C or SIGTERM.

    Raises:
        AtelierError: the port is taken.
    """
    with _listen(port) as listening:
        chosen = int(listening.getsockname()[1])
        typer.echo(f"Metrics for Prometheus: http://{HOST}:{chosen}/metrics")
        typer.echo("Ctrl-C ends it. docs/observability.md says how Prometheus and Grafana read it.")
        server = uvicorn.Server(uvicorn.Config(create_app(chosen), log_level="warning", server_header=False))
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again after a clean shutdown
            server.run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError:
        act = f"end the process that listens there, or set {VARIABLE}"
        raise AtelierError(f"Port {port} of {HOST} is taken", expected="a free one", act=act) from None
