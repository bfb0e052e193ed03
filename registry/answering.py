"""Registry: asks whether a server or a database answers, in seconds, before a library waits minutes for it."""

import ssl
import urllib.error
import urllib.request
from functools import cache
from http.client import HTTPException
from urllib.parse import urlsplit

from components.core.errors import UnavailableError

SECONDS = 5  # a server of this machine's network answers in milliseconds; one on a busy machine in a second or two
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NOT_ASKED = ("sqlite", "databricks", "file", "uc")  # schemes without a server, or with one that MLflow signs in at


@cache
def require_mlflow(uri: str) -> None:
    """Raise UnavailableError unless something answers at MLflow's address. An answer is remembered in this process."""
    act = "start it (`make ui`), or unset MLFLOW_TRACKING_URI"
    if uri.startswith(("http://", "https://")):
        if not answers(f"{uri.rstrip('/')}/health"):
            raise UnavailableError(f"MLflow does not answer at {uri}", act=act)
    elif uri.partition("://")[1] and not uri.startswith(NOT_ASKED):
        _require_database(uri)


def answers(url: str, seconds: float = SECONDS) -> bool:
    """Tell whether a server answers, whatever it says: 401, 404 and a certificate that is refused are answers."""
    try:
        with _opener(url).open(_without_user(url), timeout=seconds):
            return True
    except urllib.error.HTTPError:
        return True
    except urllib.error.URLError as error:
        return isinstance(error.reason, ssl.SSLError)
    except OSError:
        return False
    except (ValueError, HTTPException):  # the library that needs the address says what is wrong with it
        return True


def _without_user(url: str) -> str:
    """Return an address without user name and password, which urllib takes for a part of the host's name.

    >>> _without_user("http://me:secret@127.0.0.1:5000/health")
    'http://127.0.0.1:5000/health'
    """
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _opener(url: str) -> urllib.request.OpenerDirector:
    """Return what opens the address: no proxy reaches this machine's own loopback."""
    is_here = urlsplit(url).hostname in LOOPBACK
    return urllib.request.build_opener(*([urllib.request.ProxyHandler({})] if is_here else []))


def _require_database(uri: str) -> None:
    """Open one connection. MLflow would try for 100 s, and print each failure."""
    from sqlalchemy import create_engine, make_url
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    try:
        url = make_url(uri)
        wait = {"connect_timeout": SECONDS} if url.get_backend_name() == "postgresql" else {}
        opened = create_engine(url, connect_args=wait)
    except (ArgumentError, ImportError, SQLAlchemyError):
        return  # MLflow says what is wrong with the address
    try:
        opened.connect().close()
    except (SQLAlchemyError, OSError) as error:
        said = " ".join(str(getattr(error, "orig", None) or error).split())[:200]
        found = f"MLflow's database does not answer at {url.render_as_string(hide_password=True)} ({said})"
        raise UnavailableError(found, act="start it, or unset MLFLOW_TRACKING_URI") from None
    finally:
        opened.dispose()
