"""Registry: the environment variables of Prefect's and MLflow's processes, which keep their state in ATELIER_HOME."""

import json
import os
import re
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path

from registry.home import move_in
from registry.settings import settings

QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "TRANSFORMERS_VERBOSITY": "error",  # it warns of a missing torchvision, which is missing on purpose
    "DIFFUSERS_VERBOSITY": "error",
}
SAFE = {
    "MLFLOW_ALLOW_PICKLE_DESERIALIZATION": "false",
    "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
}

# MLflow's own numbers are 120 s and 7 retries: one call of a server that is away takes 4 minutes, or many more if it is
# slow. With these a call survives a minute without a server, and fails after that.
PATIENT = {"MLFLOW_HTTP_REQUEST_TIMEOUT": "30", "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "5"}

LOOPBACK = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\]):\d{1,5}")
HOME_HEADER = "x-atelier-home"  # our Prefect server names the home that it serves


def process_environment() -> dict[str, str]:
    """Return the variables that our processes need, without those that the user has set already."""
    home = settings().home
    variables = {
        **QUIET,
        **SAFE,
        **PATIENT,
        "ATELIER_HOME": str(home),
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # Prefect's 20 s are too few on a busy machine
        "PREFECT_CLI_PROMPT": "false",
        "PREFECT_TASKS_DEFAULT_NO_CACHE": "true",  # as pyproject.toml says, which is not in every working folder
        "GIT_PYTHON_REFRESH": "quiet",
        "OMP_WAIT_POLICY": "PASSIVE",  # waiting threads that spin make a step 15 times slower on a busy machine
    }
    return {name: value for name, value in variables.items() if name not in os.environ}


def prepare_environment() -> None:
    """Set these variables, and the address of our Prefect server if one runs. Call it before Prefect is imported.

    Without a server Prefect starts a temporary one, which listens on loopback. It gets a password of this process, so
    that it answers nobody else: no page in a browser, and no other user of this machine.
    """
    os.environ.update(process_environment())
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)  # Prefect does not create parent folders
    if "PREFECT_API_URL" in os.environ:
        return
    address = running_servers().get("prefect")
    if address:
        os.environ["PREFECT_API_URL"] = f"{address}/api"
    else:
        password = os.environ.get("PREFECT_SERVER_API_AUTH_STRING") or f"atelier:{secrets.token_urlsafe(32)}"
        os.environ |= {"PREFECT_SERVER_API_AUTH_STRING": password, "PREFECT_API_AUTH_STRING": password}


def running_servers() -> Mapping[str, str]:
    """Return the addresses of the servers that `make ui` started for this home; empty where they do not answer."""
    path = servers_file()
    move_in()  # a copied home has the file of the other home's servers
    if not path.is_file():
        return {}
    try:
        addresses = _addresses(path.read_text(encoding="utf-8"))
        return addresses if addresses and _is_ours(addresses["prefect"]) else {}
    except (OSError, ValueError, RecursionError, HTTPException, urllib.error.URLError):
        return {}  # a file of servers that were killed, or that somebody else wrote


def _addresses(text: str) -> dict[str, str]:
    """Return the addresses in servers.json; empty if it is not of our form, or names another machine."""
    found = json.loads(text)
    values = [found.get(name) for name in ("prefect", "mlflow")] if isinstance(found, dict) else [None]
    return found if all(isinstance(value, str) and LOOPBACK.fullmatch(value) for value in values) else {}


def _is_ours(address: str) -> bool:
    """Tell whether our Prefect server of this home answers there, and not a program that got the port later."""
    with urllib.request.urlopen(f"{address}/api/health", timeout=2) as answer:
        return bool(answer.headers.get(HOME_HEADER) == home_mark())


def home_mark() -> str:
    """Return what our Prefect server says of its home: a digest, as a path does not concern other programs."""
    return sha256(str(settings().home.resolve()).encode()).hexdigest()[:16]


def servers_file() -> Path:
    return settings().home / "servers.json"
