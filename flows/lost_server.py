"""Flows: says that Prefect's server is gone, where Prefect's client would say that a connection was refused."""

from collections.abc import Iterator
from contextlib import contextmanager

from httpx import TransportError
from prefect.settings import PREFECT_API_URL

from components.core.errors import AtelierError, UnavailableError


class LostServerError(UnavailableError):
    """The Prefect server ended while a flow ran, and Prefect has tried to reach it for a minute."""


@contextmanager
def translated_loss() -> Iterator[None]:
    """Raise LostServerError for what Prefect's client raises when its server is gone.

    A run of a deployment that ends so was cut short, and `reap` starts it again; a command says how it goes on.
    """
    try:
        yield
    except Exception as error:
        lost = _lost_connection(error)
        if lost is None:
            raise
        address, name = PREFECT_API_URL.value(), type(lost).__name__
        act = "finished steps are kept, run the same command again to continue (without PREFECT_API_URL if it is set)"
        found = f"Prefect's server at {address} ended, or does not answer any more ({name})"
        raise LostServerError(found, act=act) from error


def _lost_connection(error: BaseException | None) -> TransportError | None:
    """Return the broken connection to Prefect that an error is, or that Prefect raised it from; else None."""
    if error is None or isinstance(error, AtelierError):
        return None
    if isinstance(error, TransportError) and _is_to_prefect(error):
        return error
    return _lost_connection(error.__cause__)


def _is_to_prefect(error: TransportError) -> bool:
    try:
        return str(error.request.url).startswith(str(PREFECT_API_URL.value()))
    except RuntimeError:  # the error does not know its request
        return True
