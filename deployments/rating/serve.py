"""Deployments: the server of the rating page, on loopback."""

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
from deployments.rating.exhibition import choose_pictures, read_index
from registry.settings import settings


def serve_page(model: str, port: int, pictures: int, show: bool) -> None:
    """Serve the rating page until Ctrl-C or SIGTERM.

    Raises:
        AtelierError: there are no pictures to rate, or the port is taken.
    """
    config = read_config(settings().models, model)
    reports = settings().reports
    picture_set = choose_pictures(reports, category(config), read_index(reports, model), pictures)
    with _listen(port) as listening:
        chosen = int(listening.getsockname()[1])
        address = f"http://{HOST}:{chosen}"
        typer.echo(f"{len(picture_set.pictures)} pictures of {model} are ready to rate: {address}")
        typer.echo("Ctrl-C ends the page. Each answer is saved at once.")
        if show:
            webbrowser.open(address)
        server = uvicorn.Server(
            uvicorn.Config(create_app(picture_set, chosen), log_level="warning", server_header=False)
        )
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again after a clean shutdown
            server.run(sockets=[listening])


def category(config: ModelConfig) -> str:
    """Return what the model generates, in words: the values of `data.where` in its YAML, else the model's name."""
    chosen: dict[str, Any] = config.data.model_dump().get("where") or {}
    words = [str(value) for values in chosen.values() for value in values] or [config.model.replace("-", " ")]
    return ", ".join(words).lower()


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError:
        raise AtelierError(
            f"Port {port} of {HOST} is taken", expected="a free one", act="name another with --port, or 0 for any"
        ) from None
