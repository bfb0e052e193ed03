"""Registry: the environment variables of Prefect's and MLflow's processes, which keep their state in ATELIER_HOME."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping
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


def process_environment() -> dict[str, str]:
    """Return the variables that our processes need, without those that the user has set already."""
    home = settings().home
    variables = {
        **QUIET,
        **SAFE,
        "ATELIER_HOME": str(home),
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",  # Prefect's 20 s are too few on a busy machine
        "PREFECT_CLI_PROMPT": "false",
        "GIT_PYTHON_REFRESH": "quiet",
        "OMP_WAIT_POLICY": "PASSIVE",  # waiting threads that spin make a step 15 times slower on a busy machine
    }
    return {name: value for name, value in variables.items() if name not in os.environ}


def prepare_environment() -> None:
    """Set these variables, and the address of our Prefect server if one runs. Call it before Prefect is imported."""
    os.environ.update(process_environment())
    Path(os.environ["PREFECT_HOME"]).mkdir(parents=True, exist_ok=True)  # Prefect does not create parent folders
    address = running_servers().get("prefect")
    if address and "PREFECT_API_URL" not in os.environ:
        os.environ["PREFECT_API_URL"] = f"{address}/api"


def running_servers() -> Mapping[str, str]:
    """Return the addresses of the servers that `make ui` started for this home; empty where they do not answer."""
    path = servers_file()
    move_in()  # a copied home has the file of the other home's servers
    if not path.is_file():
        return {}
    try:
        addresses: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
        with urllib.request.urlopen(f"{addresses['prefect']}/api/health", timeout=2):
            return addresses
    except (OSError, ValueError, KeyError, urllib.error.URLError):
        return {}  # a file of servers that were killed


def servers_file() -> Path:
    return settings().home / "servers.json"
