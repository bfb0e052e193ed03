"""Flows: starts Prefect's temporary server in the background, while this process does something else."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import copy_context
from threading import Thread


@contextmanager
def starting_server() -> Iterator[None]:
    """Start the server in a thread, and wait for it at the end. Without effect where PREFECT_API_URL names a server.

    Otherwise the first flow starts it, and waits some 10 s for it.
    """
    thread = Thread(target=copy_context().run, args=(_start,), daemon=True)  # Prefect's settings are a context variable
    thread.start()
    yield
    thread.join()


def _start() -> None:
    from prefect.server.api.server import SubprocessASGIServer
    from prefect.settings import PREFECT_API_URL

    if PREFECT_API_URL.value():
        return
    try:
        SubprocessASGIServer().start()
    except Exception:  # the first flow tries again, and reports its error
        return
