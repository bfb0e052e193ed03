"""Tests: servers, a supervised worker and the deployments of a slow toy model, in a home of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psutil
from httpx import HTTPStatusError, TransportError
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun
from prefect.settings import PREFECT_API_URL, temporary_settings

from components.core.errors import UnavailableError
from components.recipes import RECIPES
from registry.answering import answers
from tests import ROOT
from tests.deployments.test_servers import environment, free_port
from tests.toy_catalogue import toy_model_yaml

MODEL, SECONDS = "fruit", 900.0  # a busy machine takes minutes to start a process
SERVER_ERROR = 500  # from here on HTTP says that the server, and not the request, is at fault
FLOWS = ("ingest", "train", "evaluate", "promote", "lifecycle")
SITE = Path(__file__).with_name("site")
SUPERVISE = """
import signal
from deployments.__main__ import _terminate
from deployments.worker import supervise
signal.signal(signal.SIGTERM, _terminate)
try:
    supervise()
except KeyboardInterrupt:
    pass
"""


@dataclass
class Place:
    """A home with running servers. `supervisor` is None while nobody supervises a worker."""

    folder: Path
    variables: dict[str, str]
    port: int
    servers: "subprocess.Popen[bytes]"
    supervisor: "subprocess.Popen[bytes] | None" = None

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def start_worker(self) -> None:
        with (self.folder / "worker.log").open("ab") as log:
            command = [sys.executable, "-c", SUPERVISE]
            self.supervisor = subprocess.Popen(command, cwd=ROOT, env=self.variables, stdout=log, stderr=log)

    def stop_worker(self, number: int = signal.SIGTERM) -> None:
        if self.supervisor:
            self.supervisor.send_signal(number)
            self.supervisor.wait(timeout=60)
            self.supervisor = None

    def worker(self) -> psutil.Process | None:
        """Return the process of the worker, which the supervisor may be about to start."""
        children = psutil.Process(self.supervisor.pid).children() if self.supervisor else []
        return next((child for child in children if "flows.worker" in _words(child)), None)

    def flow_process(self) -> psutil.Process | None:
        """Return the process of a run that the worker started."""
        worker = self.worker()
        children = worker.children() if worker else []
        return next((child for child in children if "flows.deployed_run" in _words(child)), None)

    def server(self) -> psutil.Process | None:
        children = psutil.Process(self.servers.pid).children()
        return next((child for child in children if str(self.port) in _words(child)), None)

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        called = [sys.executable, "-m", "flows", *words]
        return subprocess.run(called, cwd=ROOT, env=self.variables, capture_output=True, text=True, timeout=SECONDS)

    def start(self, flow: str, **parameters: object) -> FlowRun:
        """Start a run of a deployment, as Prefect's page does."""
        with get_client(sync_client=True) as client:
            deployment = client.read_deployment_by_name(f"{flow}/{MODEL}")
            return client.create_flow_run_from_deployment(deployment.id, parameters={"model": MODEL, **parameters})


@contextmanager
def place(folder: Path, **more: str) -> Iterator[Place]:
    """Run servers with the toy's deployments inside the block; this process talks to them."""
    models, home = folder / "models", folder / "home"
    models.mkdir(parents=True)
    toy_model_yaml(models)
    port = free_port()
    path = os.pathsep.join([str(SITE), str(ROOT)])
    ours = {"ATELIER_MODELS": str(models), "PYTHONPATH": path, "OMP_NUM_THREADS": "1", **more}
    ports = {"ATELIER_PREFECT_PORT": str(port), "ATELIER_MLFLOW_PORT": str(free_port())}
    variables = environment(home, {**ours, **ports})
    home.mkdir()
    with (folder / "ui.log").open("wb") as log:
        words = [sys.executable, "-m", "deployments", "ui"]
        servers = subprocess.Popen(words, cwd=ROOT, env=variables, stdout=log, stderr=log)
    made = Place(folder, variables, port, servers)
    before = {name: os.environ.get(name) for name in ("ATELIER_HOME", *more)}
    os.environ.update({"ATELIER_HOME": str(home), **more})
    RECIPES["toy"] = "tests.deployments.slow_toy"
    try:
        wait_for(lambda: (home / "servers.json").is_file())
        with temporary_settings({PREFECT_API_URL: made.api}):
            _deploy(made)
            yield made
    finally:
        made.stop_worker()
        servers.send_signal(signal.SIGTERM)
        servers.wait(timeout=60)
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
        del RECIPES["toy"]


def _deploy(made: Place) -> None:
    prefect = [sys.executable, "-m", "prefect", "--no-prompt", "work-pool", "create", "atelier", "--type", "process"]
    template = ["--base-job-template", str(ROOT / "deployments" / "work_pool.json")]
    api = {**made.variables, "PREFECT_API_URL": made.api, "PREFECT_HOME": str(made.folder / "home" / "prefect")}
    subprocess.run([*prefect, *template], cwd=ROOT, env=api, check=True, capture_output=True)
    with get_client(sync_client=True) as client:
        for flow in FLOWS:
            client.create_deployment(
                UUID(str(client.create_flow_from_name(flow))),
                MODEL,
                entrypoint=f"flows/{flow}.py:{flow}",
                work_pool_name="atelier",
                concurrency_limit=1,
                enforce_parameter_schema=False,
            )


def slots_taken(client: SyncPrefectClient) -> int:
    """Return how many concurrency slots of all deployments are taken."""
    limits = client.request("POST", "/v2/concurrency_limits/filter", json={}).json()
    return sum(int(limit["active_slots"]) for limit in limits)


def server_answers(made: Place) -> bool:
    return answers(f"{made.api}/health")


def wait_for(condition: Callable[[], object], seconds: float = SECONDS, every: float = 0.5) -> float:
    """Wait until a condition is true; return the seconds that it took.

    It is not true while it asks a server, a database or a process that is away.
    """
    began = time.monotonic()
    while not _holds(condition):
        assert time.monotonic() - began < seconds, f"Something was waited for longer than {seconds:.0f} s."
        time.sleep(every)
    return time.monotonic() - began


def _holds(condition: Callable[[], object]) -> bool:
    try:
        return bool(condition())
    except (TransportError, UnavailableError, psutil.NoSuchProcess):
        return False
    except HTTPStatusError as error:
        if error.response.status_code < SERVER_ERROR:
            raise
        return False


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
