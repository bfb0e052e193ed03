"""Deployments: the server of the service: loads the versions, follows the aliases, and answers until Ctrl-C."""

import contextlib
import socket
import sys
from collections.abc import Iterator
from functools import partial
from threading import Event, Thread

import typer
import uvicorn

from components.core.errors import AtelierError
from deployments.service.app import create_app
from deployments.service.cache import ResponseCache
from deployments.service.examples import example_request
from deployments.service.meters import Meters
from deployments.service.queue import DeviceQueue, Size
from deployments.service.service import Service
from deployments.service.shield import from_other_pages
from registry.answering import require_mlflow
from registry.environment import prepare_environment
from registry.live import LiveVersions
from registry.loaded import Loaded
from registry.service_settings import ServiceSettings, read_service_settings
from registry.settings import tracking_uri

HOST = "127.0.0.1"
VARIABLE = "ATELIER_SERVICE_PORT"
BYTES_A_MB = 1_000_000


class Quiet:
    """A log for loading and predicting: the service counts requests instead."""

    def metrics(self, values: object, step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None: ...


def serve(port: int) -> None:
    """Serve until Ctrl-C or SIGTERM.

    Raises:
        AtelierError: the settings are wrong, the port is taken, or MLflow does not answer.
    """
    prepare_environment()
    require_mlflow(tracking_uri())
    settings = read_service_settings()
    with _listen(port) as listening, running(settings) as service:
        chosen = int(listening.getsockname()[1])
        _tell(service, f"http://{HOST}:{chosen}")
        app = create_app(service, refuse=from_other_pages(chosen))
        config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=10)
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again after a clean shutdown
            uvicorn.Server(config).run(sockets=[listening])


@contextlib.contextmanager
def running(settings: ServiceSettings) -> Iterator[Service]:
    """Yield a service whose versions are loaded and follow their aliases, and whose device computes."""
    service = new_service(settings)
    ended = Event()
    follow = Thread(target=_follow, args=(service, ended), name="aliases", daemon=True)
    service.queue.start()
    service.versions.refresh()
    follow.start()
    try:
        yield service
    finally:
        ended.set()
        service.queue.end()
        follow.join()


def new_service(settings: ServiceSettings) -> Service:
    """Return a service with nothing loaded yet."""
    queue = DeviceQueue(Size(settings.queue.waiting, settings.queue.batch, settings.queue.gather_ms / 1000))
    cache = ResponseCache(settings.cache_mb * BYTES_A_MB)
    prove = partial(_prove, queue)
    versions = LiveVersions(Quiet(), settings.models, tuple(settings.canary), settings.refused_licences, prove)
    return Service(settings, versions, queue, cache, Meters(lambda: queue.depth, lambda: cache.bytes))


def _prove(queue: DeviceQueue, loaded: Loaded) -> None:
    """Let a version answer the example of its requests before anybody is sent to it; that opens its base model too."""
    example = example_request(loaded.predictor.request)
    if example is not None:
        queue.try_out(loaded, example)


def _follow(service: Service, ended: Event) -> None:
    while not ended.wait(service.settings.look_seconds):
        try:
            fresh = service.versions.refresh()
        except Exception as error:  # whatever it is, the versions that are loaded go on answering
            sys.stderr.write(f"The aliases cannot be read ({error}).\n")
            continue
        for live in fresh:
            typer.echo(f"{live.loaded.config.model}: version {live.version} answers as {live.alias} from now on.")


def _tell(service: Service, address: str) -> None:
    for live in service.versions.all():
        typer.echo(f"{live.loaded.config.model:<28} version {live.version} ({live.alias})")
    for problem in service.versions.problems():
        typer.echo(problem, err=True)
    typer.echo(f"The service answers at {address}, its description is at {address}/docs. Ctrl-C ends it.")


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port), backlog=512)
    except OSError:
        act = f"end the process that listens there, or set {VARIABLE}"
        raise AtelierError(f"Port {port} of {HOST} is taken", expected="a free one", act=act) from None
