"""Deployments: a Prefect server and an MLflow server on loopback, with the same state as the commands."""

import json
import os
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

import typer

from components.core import child_process
from components.core.errors import AtelierError
from components.core.files import write_text
from components.core.masking import mask_address
from deployments.guard import hosts_of, origins_of
from registry.client import connect
from registry.environment import process_environment, running_servers, servers_file
from registry.locking.lock import lease_servers
from registry.pages import model_pages, start_page
from registry.prefect_database import begin_database
from registry.settings import settings, tracking_uri

HOST = "127.0.0.1"
SAY_SECONDS = 20.0  # between two lines that the start takes long
START_SECONDS = 1800.0  # a server that lives and has not answered after half an hour hangs
RESTARTS = 3  # in a row of a server that does not answer
BACKLOG = 512  # connections that wait while Prefect's server is started again
PREFECT = "prefect.server.api.server:create_app"

Start = Callable[[], child_process.Process]


def run_servers(prefect_port: int, mlflow_port: int) -> None:
    """Run both servers until Ctrl-C, SIGTERM, or the end of one of them.

    Raises:
        AtelierError: the servers run already, a port is taken, or a server did not start.
    """
    if running := running_servers():
        raise AtelierError(
            f"The servers run already, Prefect at {running['prefect']} and MLflow at {running['mlflow']}",
            act="open these addresses, or end the other `make ui` first",
        )
    _listen("ATELIER_MLFLOW_PORT", mlflow_port).close()
    if tracking_uri().startswith("http"):
        raise AtelierError(
            f"MLFLOW_TRACKING_URI names a server already ({mask_address(tracking_uri())})",
            act="unset it to start one here",
        )
    addresses = {"prefect": f"http://{HOST}:{prefect_port}", "mlflow": f"http://{HOST}:{mlflow_port}"}
    with (
        _listen("ATELIER_PREFECT_PORT", prefect_port) as listening,
        lease_servers(f"Prefect at {addresses['prefect']} and MLflow at {addresses['mlflow']}"),
    ):
        connect()  # creates MLflow's database, before two servers try to
        _run(addresses, {"Prefect": lambda: _prefect(prefect_port, listening), "MLflow": lambda: _mlflow(mlflow_port)})


def _run(addresses: Mapping[str, str], servers: Mapping[str, Start]) -> None:
    processes: dict[str, child_process.Process] = {}
    try:
        for name, start in servers.items():
            processes[name] = start()
        health = {"Prefect": f"{addresses['prefect']}/api/health", "MLflow": f"{addresses['mlflow']}/health"}
        _wait_until_up(processes, health)
        write_text(servers_file(), json.dumps(addresses))
        typer.echo(f"Prefect (flows, deployments, schedules): {addresses['prefect']}")
        typer.echo(f"MLflow  (runs, versions, comparison):    {start_page(addresses['mlflow'])}")
        for model, page in model_pages(addresses["mlflow"]).items():
            typer.echo(f"        versions of {model}: {page}")
        typer.echo("Ctrl-C ends both. `make worker` in another terminal runs what you start from Prefect's page.")
        keep_running(processes, servers, health)
    finally:
        servers_file().unlink(missing_ok=True)
        for process in processes.values():
            child_process.end(process)


def _prefect(port: int, listening: socket.socket) -> child_process.Process:
    """Start Prefect's server behind our guard: by itself it checks neither Host nor Origin.

    This process holds the socket, so that requests wait while a server that died is started again. Prefect's client
    asks again when a connection breaks, but not when its first one is refused, and each flow and task has a new client.
    """
    descriptor = listening.fileno()
    begin_database(Path({**os.environ, **process_environment()}["PREFECT_HOME"]))
    command = [sys.executable, "-m", "deployments.guarded_server", PREFECT, str(port), str(descriptor)]
    more = {
        "PREFECT_SERVER_UI_API_URL": f"http://{HOST}:{port}/api",  # otherwise the page looks at the default port
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": ",".join(origins_of(port)),
        # In memory, its default, a server that is killed forgets who holds a concurrency slot, and never frees it.
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
        "PREFECT__SERVER_FINAL": "1",  # as `prefect server start` sets it: it saves memory
    }
    return _start("prefect-server", command, more, (descriptor,))


def _mlflow(port: int) -> child_process.Process:
    """Start MLflow's server. Its own default lets in any name that begins like a private address (192.168.*)."""
    artifacts = ["--default-artifact-root", settings().artifact_root, "--no-serve-artifacts"]
    allowed = ["--allowed-hosts", ",".join(hosts_of(port)), "--cors-allowed-origins", ",".join(origins_of(port))]
    address = ["--host", HOST, "--port", str(port), "--workers", "1"]
    command = [sys.executable, "-m", "mlflow", "server", *artifacts, *allowed, *address]
    # By the environment: everybody on this machine may read a command line, and the address may have a password.
    return _start("mlflow-server", command, {"MLFLOW_BACKEND_STORE_URI": tracking_uri()})


def _start(
    name: str, command: list[str], more: Mapping[str, str], sockets: tuple[int, ...] = ()
) -> child_process.Process:
    """Start a server in a session of its own, so that Ctrl-C reaches only this process, which then ends both."""
    log = _logs() / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **process_environment(), **more}
    with log.open("ab") as file:
        return child_process.start(*command[2:], environment=environment, output=file, sockets=sockets)


def _wait_until_up(processes: Mapping[str, child_process.Process], health: Mapping[str, str]) -> None:
    """Wait as long as both processes live, and say every 20 s which one is waited for."""
    began = said = time.monotonic()
    while waiting := [name for name, url in health.items() if not _answers(url)]:
        now = time.monotonic()
        dead = [name for name, process in processes.items() if process.poll() is not None]
        if dead or now - began > START_SECONDS:
            raise AtelierError(
                f"{' and '.join(dead or waiting)} did not start", act=f"read the end of the logs in {_logs()}"
            )
        if now - said > SAY_SECONDS:
            said = now
            typer.echo(f"Waiting for {' and '.join(waiting)} to start, {now - began:.0f} s so far.", err=True)
        time.sleep(0.5)


def keep_running(
    processes: dict[str, child_process.Process], servers: Mapping[str, Start], health: Mapping[str, str]
) -> None:
    """Start a server again whenever it ends: a flow that runs meanwhile asks again, and goes on.

    Raises:
        AtelierError: one was started again a few times in a row and never answered.
    """
    silent: set[str] = set()  # the servers that have not answered since they were started again
    left = RESTARTS
    while True:
        name, code = _wait_until_one_ends(processes, silent, health)
        left = left - 1 if name in silent else RESTARTS
        if not left:
            raise AtelierError(
                f"{name} ended again and again before it answered, with {code}",
                act=f"read the end of the logs in {_logs()}",
            )
        typer.echo(f"{name} ended with {code} and is started again.", err=True)
        processes[name] = servers[name]()
        silent.add(name)


def _wait_until_one_ends(
    processes: Mapping[str, child_process.Process], silent: set[str], health: Mapping[str, str]
) -> tuple[str, int]:
    """Return the name and exit code of the first server that ends. Those that answer are taken out of `silent`."""
    while not (ended := [(name, process) for name, process in processes.items() if process.poll() is not None]):
        silent.difference_update([name for name in silent if _answers(health[name])])
        time.sleep(1.0)
    name, process = ended[0]
    child_process.end(process)  # its children, which still have the port
    return name, process.returncode


def _logs() -> Path:
    return settings().home / "logs"


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _listen(variable: str, port: int) -> socket.socket:
    """Return a socket that listens on the port; `variable` is named if the port is taken."""
    try:
        return socket.create_server((HOST, port), backlog=BACKLOG)
    except OSError:
        raise AtelierError(
            f"Port {port} of {HOST} is taken",
            expected="a free one",
            act=f"end the process that listens there, or set {variable}",
        ) from None
