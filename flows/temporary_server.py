"""Flows: Prefect's temporary server for one command, which outlives Ctrl-C and ends with the command.

Prefect would start one by itself, in the terminal's process group: Ctrl-C would end it before the flow could tell it
that it was interrupted, and SIGKILL of the command would leave it running for ever.
"""

import atexit
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from components.core import child_process
from components.core.errors import AtelierError
from flows.console.lines import say
from flows.console.log_file import log_path
from registry.answering import answers
from registry.prefect_database import begin_database

PREFECT_SERVER = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
APP = ("--factory", "prefect.server.api.server:create_app", "--log-level", "error", "--lifespan", "on")
RESTARTS = 3  # then something is wrong that a restart does not mend
SAY_SECONDS = 20.0  # between two lines that the start takes long
END_SECONDS = 2.0  # its database survives SIGKILL
START_SECONDS = 1800.0  # a process that still lives after half an hour without an answer hangs


class TemporaryServer:
    """A server that is started again if it dies. Requests wait meanwhile: this process holds the listening socket."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/api"
        self._ending = threading.Event()
        self._process = self._start()
        threading.Thread(target=self._watch, daemon=True).start()

    def wait(self) -> None:
        """Wait as long as the process lives; say every 20 s that it takes long.

        Raises:
            AtelierError: it ended again and again, or did not answer for half an hour.
        """
        began = said = time.monotonic()
        while not answers(f"{self.address}/health", SAY_SECONDS):
            now = time.monotonic()
            if self._socket.fileno() < 0 or now - began > START_SECONDS:
                raise AtelierError("Prefect's temporary server did not start", act=f"read {log_path()}")
            if now - said >= SAY_SECONDS:
                said = now
                say(f"Prefect's temporary server is starting, {now - began:.0f} s so far")
            time.sleep(0.1)

    def end(self) -> None:
        self._ending.set()
        child_process.end(self._process, END_SECONDS)
        self._socket.close()

    def _start(self) -> child_process.Process:
        environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
        descriptor = self._socket.fileno()
        if home := environment.get("PREFECT_HOME"):
            begin_database(Path(home))
        with (log_path() or Path(os.devnull)).open("ab") as output:
            return child_process.start(
                "uvicorn",
                *APP,
                "--fd",
                str(descriptor),
                environment={**environment, **PREFECT_SERVER},
                output=output,
                sockets=(descriptor,),
            )

    def _watch(self) -> None:
        for _ in range(RESTARTS):
            code = self._process.wait()
            if self._ending.is_set():
                return
            say(f"Prefect's temporary server ended with {code} and is started again")
            self._process = self._start()
        self._process.wait()
        self._socket.close()  # otherwise requests would wait for ever


def start_server() -> None:
    """Start the server in the background, while this process does something else. Without effect where one is named."""
    from prefect.settings import PREFECT_API_URL

    if not PREFECT_API_URL.value():
        _server()


def server_address() -> str:
    """Return the address of the temporary server, which answers by then; empty where PREFECT_API_URL names a server."""
    from prefect.settings import PREFECT_API_URL

    if PREFECT_API_URL.value():
        return ""
    server = _server()
    server.wait()
    return server.address


@contextmanager
def explained_loss() -> Iterator[None]:
    """Say in a sentence that the Prefect server of these flows does not answer, before they begin or later.

    Raises:
        AtelierError: the server does not answer.
        LostServerError: it does not answer any more. What the flow has written by then is kept.
    """
    from prefect.settings import PREFECT_API_URL

    from flows.lost_server import translated_loss

    address = str(PREFECT_API_URL.value())
    if not answers(f"{address}/health"):
        raise AtelierError(f"Prefect's server does not answer at {address}", act="start it, or unset PREFECT_API_URL")
    with translated_loss():
        yield


@cache
def _server() -> TemporaryServer:
    server = TemporaryServer()
    atexit.register(server.end)  # after Prefect's own threads have sent what they keep
    return server
