"""Deployments: the server of the rating page, on loopback."""

import contextlib
import socket
import webbrowser

import typer
import uvicorn

from components.core.errors import AtelierError
from deployments.rating.app import HOST, create_app
from deployments.rating.exhibition import choose_items, read_index
from deployments.rating.rated_model import rated_model
from registry.settings import settings


def serve_page(model: str, port: int, each: int, show: bool) -> None:
    """Serve the rating page until Ctrl-C or SIGTERM.

    Raises:
        AtelierError: there is nothing to rate, or the port is taken.
    """
    found, reports = rated_model(model), settings().reports
    index = read_index(reports, model, found.rated)
    item_set = choose_items(reports, found.rated, found.category, index, each)
    with _listen(port) as listening:
        chosen = int(listening.getsockname()[1])
        address = f"http://{HOST}:{chosen}"
        typer.echo(f"{len(item_set.items)} {found.rated.plural} of {model} are ready to rate: {address}")
        typer.echo("Ctrl-C ends the page. Each answer is saved at once.")
        if show:
            webbrowser.open(address)
        server = uvicorn.Server(uvicorn.Config(create_app(item_set, chosen), log_level="warning", server_header=False))
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again after a clean shutdown
            server.run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError:
        raise AtelierError(
            f"Port {port} of {HOST} is taken", expected="a free one", act="name another with --port, or 0 for any"
        ) from None
