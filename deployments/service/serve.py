"""Deployments: the server of the service: loads the versions, follows the aliases, and answers until Ctrl-C."""

import contextlib
import logging
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, Thread

import typer
import uvicorn

from components.core.errors import AtelierError
from components.core.run_log import QuietLog
from deployments.service.app import create_app
from deployments.service.cache import ResponseCache
from deployments.service.callers import Gate
from deployments.service.canary import Canary
from deployments.service.examples import example_request
from deployments.service.log import RequestWriter
from deployments.service.meters import Meters
from deployments.service.queue import DeviceQueue, Size
from deployments.service.service import Service
from deployments.service.shield import from_other_pages, nothing
from registry.answering import LOOPBACK, require_mlflow
from registry.environment import prepare_environment
from registry.live import Live, LiveVersions
from registry.loaded import Loaded
from registry.service_keys import all_keys
from registry.service_settings import ServiceSettings, read_service_settings
from registry.settings import tracking_uri

VARIABLE = "ATELIER_SERVICE_PORT"
BACKLOG = 512  # connections that wait to be accepted
BYTES_A_MB = 1_000_000


def serve(host: str, port: int) -> None:
    """Serve until Ctrl-C or SIGTERM.

    Raises:
        AtelierError: the settings are wrong, the port is taken, MLflow does not answer, or there is no key and the host
            is not this machine alone.
    """
    prepare_environment()
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # no warnings on CPUs
    require_mlflow(tracking_uri())
    settings, local = read_service_settings(), host in LOOPBACK
    if not local:
        _require_key(host)
    with _listen(host, port) as listening, running(settings) as service:
        chosen = int(listening.getsockname()[1])
        _tell(service, f"http://{host}:{chosen}")
        refuse = from_other_pages(chosen) if local else nothing
        app = create_app(service, Gate(required=not local), refuse)
        config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=10)
        with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises it again after a clean shutdown
            uvicorn.Server(config).run(sockets=[listening])


@contextlib.contextmanager
def running(settings: ServiceSettings) -> Iterator[Service]:
    """Yield a service whose versions are loaded and follow their aliases, and whose device computes."""
    service, ended = new_service(settings), Event()
    log = RequestWriter(settings.log)
    follow = Thread(target=_follow, args=(service, ended), name="aliases", daemon=True)
    with ThreadPoolExecutor(1, "canary") as writing:
        canary = Canary(settings.canary, service.versions, writing)
        service.choose = canary.choose
        service.states = canary.states
        service.listeners += [canary.note, *([log.add] if settings.log.requests else [])]
        service.queue.start()
        _refresh(service)
        log.start()
        follow.start()
        try:
            yield service
        finally:
            ended.set()
            service.queue.end()
            follow.join()
            log.end()


def new_service(settings: ServiceSettings) -> Service:
    """Return a service with nothing loaded yet."""
    queue = DeviceQueue(Size(settings.queue.waiting, settings.queue.batch, settings.queue.gather_ms / 1000))
    cache = ResponseCache(settings.cache_mb * BYTES_A_MB)
    prove = partial(_prove, queue)
    versions = LiveVersions(QuietLog(), settings.models, tuple(settings.canary), settings.refused_licences, prove)
    return Service(settings, versions, queue, cache, Meters(lambda: queue.depth, lambda: cache.bytes))


def _prove(queue: DeviceQueue, loaded: Loaded) -> None:
    """Let a version answer the example of its requests before anybody is sent to it; that opens its base model too."""
    example = example_request(loaded.predictor.request)
    if example is not None:
        queue.try_out(loaded, example)


def _follow(service: Service, ended: Event) -> None:
    while not ended.wait(service.settings.look_seconds):
        try:
            fresh = _refresh(service)
        except Exception as error:  # whatever it is, the versions that are loaded go on answering
            sys.stderr.write(f"The aliases cannot be read ({error}).\n")
            continue
        for live in fresh:
            typer.echo(f"{live.loaded.config.model}: version {live.version} answers as {live.alias} from now on.")


def _refresh(service: Service) -> list[Live]:
    fresh = service.versions.refresh()
    for live in fresh:
        service.meters.swapped(live)
    return fresh


def _require_key(host: str) -> None:
    if not any(key.valid for key in all_keys()):
        raise AtelierError(
            f"--host {host} lets other machines ask, and there is no key",
            act="make one with `python -m flows keys --create NAME`, or leave --host out",
        )


def _tell(service: Service, address: str) -> None:
    for live in service.versions.all():
        typer.echo(f"{live.loaded.config.model:<28} version {live.version} ({live.alias})")
    for problem in service.versions.problems():
        typer.echo(problem, err=True)
    typer.echo(f"The service answers at {address}, its description is at {address}/docs. Ctrl-C ends it.")


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        act = f"end the process that listens there, or set {VARIABLE}"
        found = f"Port {port} of {host} cannot be used ({error.strerror})"
        raise AtelierError(found, expected="a free one", act=act) from None
