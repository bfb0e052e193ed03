"""Deployments: the rating page on loopback, until Ctrl-C."""

import contextlib
import socket
import webbrowser
from typing import Any

import typer
import uvicorn

from components.core.config import ModelConfig
from components.core.errors import AtelierError
from components.recipes import read_config
from deployments.rating.app import HOST, create_app
from deployments.rating.exhibition import hang, read_index
from registry.settings import settings


def serve(model: str, port: int, pictures: int, show: bool) -> None:
    """Run the page until Ctrl-C or SIGTERM.

    Raises:
        AtelierError: there are no pictures to judge, or the port is taken.
    """
    config = read_config(settings().models, model)
    reports = settings().reports
    exhibition = hang(reports, category(config), read_index(reports, model), pictures)
    with _listen(port) as listening:
        address = f"http://{HOST}:{listening.getsockname()[1]}"
        typer.echo(f"{len(exhibition.exhibits)} pictures of {model} wait to be judged: {address}")
        typer.echo("Ctrl-C ends it; every answer is kept at once.")
        if show:
            webbrowser.open(address)
        server = uvicorn.Server(uvicorn.Config(create_app(exhibition), log_level="warning", server_header=False))
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn hands the signal on when it has ended in order
            server.run(sockets=[listening])


def category(config: ModelConfig) -> str:
    """Return what the model draws, in the words of its YAML: what its data are chosen by, else its name."""
    chosen: dict[str, Any] = config.data.model_dump().get("where") or {}
    words = [str(value) for values in chosen.values() for value in values] or [config.model.replace("-", " ")]
    return ", ".join(words).lower()


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError:
        raise AtelierError(
            f"Port {port} of {HOST} is taken, expected a free one: name another with --port, or 0 for any."
        ) from None
