"""Tests: the servers start, a run that starts from Prefect's page completes, and refusals say what to do."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from components.core import child_process
from components.core.errors import AtelierError
from deployments.servers import RESTARTS, keep_running
from registry.answering import answers
from registry.locking.lock import lease_servers
from tests import ROOT

SECONDS = 240
FOREIGN = {
    "host": {"Host": "evil.example"},
    "private": {"Host": "192.168.evil.example"},  # MLflow's default lets it in
    "origin": {"Origin": "http://evil.example"},
    "program": {},
}


def test_a_taken_port_is_named_with_the_variable_that_changes_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("ui", home=tmp_path, ATELIER_PREFECT_PORT=str(port))
    assert done.returncode == 1
    assert f"Port {port}" in done.stderr
    assert "ATELIER_PREFECT_PORT" in done.stderr


def test_deploying_without_a_server_says_how_to_start_one(tmp_path: Path) -> None:
    done = run("deploy", home=tmp_path)
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Error: No Prefect server answers: run `make ui` in another terminal, or set PREFECT_API_URL."
    )


def test_a_server_that_answered_is_started_again_as_often_as_it_ends(tmp_path: Path) -> None:
    starts, address = toy_starts("tests.deployments.one_answer", tmp_path)
    with pytest.raises(EnoughError):
        keep_running({"Toy": subprocess.Popen(["true"])}, {"Toy": lambda: next(starts)}, {"Toy": address})


def test_a_server_that_never_answers_is_given_up_with_the_place_of_its_logs(tmp_path: Path) -> None:
    starts, address = toy_starts("tests.deployments.no_such_module", tmp_path)
    with pytest.raises(AtelierError, match=r"Toy ended again and again before it answered, with 1: .*logs"):
        keep_running({"Toy": subprocess.Popen(["true"])}, {"Toy": lambda: next(starts)}, {"Toy": address})


class EnoughError(Exception):
    """The toy server was started as often as a test wants."""


def toy_starts(module: str, folder: Path) -> tuple[Iterator[child_process.Process], str]:
    """Return starts of the toy server, more than one that never answers gets, and its address."""
    port = free_port()

    def starts() -> Iterator[child_process.Process]:
        with (folder / "log").open("ab") as log:
            for _ in range(RESTARTS + 3):
                yield child_process.start(module, str(port), environment=dict(os.environ), output=log)
        raise EnoughError

    return starts(), f"http://127.0.0.1:{port}"


def test_a_second_pair_of_servers_is_refused_at_once_and_told_where_the_first_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path))
    ports = {"ATELIER_PREFECT_PORT": str(free_port()), "ATELIER_MLFLOW_PORT": str(free_port())}
    with lease_servers("Prefect at http://127.0.0.1:1 and MLflow at http://127.0.0.1:2"):
        done = run("ui", home=tmp_path, **ports)
    assert done.returncode == 1
    assert f"The servers of {tmp_path} are run by process {os.getpid()} since " in done.stderr
    assert "Prefect at http://127.0.0.1:1 and MLflow at http://127.0.0.1:2" in done.stderr
    assert not (tmp_path / "mlflow.db").exists()


@pytest.mark.slow
def test_a_killed_server_is_started_again_and_both_end_with_a_killed_make_ui(tmp_path: Path) -> None:
    ports = {"ATELIER_PREFECT_PORT": str(free_port()), "ATELIER_MLFLOW_PORT": str(free_port())}
    servers = start("ui", home=tmp_path, **ports)
    wait_for(lambda: (tmp_path / "servers.json").is_file())
    prefect = server_of(servers, ports["ATELIER_PREFECT_PORT"])
    prefect.kill()
    wait_for(lambda: "Prefect ended with -9 and is started again" in (tmp_path / "ui.log").read_text())
    wait_for(lambda: answers(f"http://127.0.0.1:{ports['ATELIER_PREFECT_PORT']}/api/health"))
    children = psutil.Process(servers.pid).children(recursive=True)
    servers.kill()
    servers.wait(timeout=60)
    _, alive = psutil.wait_procs(children, timeout=20)
    assert alive == []
    assert run("deploy", home=tmp_path).stderr.startswith("Error: No Prefect server answers")


@pytest.mark.slow
def test_a_run_that_is_started_from_prefects_page_completes(tmp_path: Path) -> None:
    ports = {"ATELIER_PREFECT_PORT": str(free_port()), "ATELIER_MLFLOW_PORT": str(free_port())}
    servers = start("ui", home=tmp_path, **ports)
    wait_for(lambda: (tmp_path / "servers.json").is_file())
    prefect = f"http://127.0.0.1:{ports['ATELIER_PREFECT_PORT']}/api/flows/filter"
    mlflow = f"http://127.0.0.1:{ports['ATELIER_MLFLOW_PORT']}/api/2.0/mlflow/experiments/create"
    statuses = {name: [post(url, headers) for url in (prefect, mlflow)] for name, headers in FOREIGN.items()}
    worker = start("worker", home=tmp_path)
    api = {"PREFECT_API_URL": f"http://127.0.0.1:{ports['ATELIER_PREFECT_PORT']}/api"}
    command = [sys.executable, "-m", "prefect", "deployment", "run", "ingest/starter", "--watch"]
    try:
        wait_for(lambda: "ingest/starter" in listed(api))
        done = subprocess.run(command, env={**os.environ, **api}, capture_output=True, text=True, timeout=SECONDS)
    finally:
        for process in (worker, servers):
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Completed" in done.stdout
    assert not (tmp_path / "servers.json").exists()
    assert statuses == {"host": [400, 403], "private": [400, 403], "origin": [403, 403], "program": [200, 400]}


def post(url: str, headers: dict[str, str]) -> int:
    """Return the status of a request. An empty object is no valid experiment, so that MLflow says 400."""
    request = urllib.request.Request(url, b"{}", {"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def server_of(servers: "subprocess.Popen[bytes]", port: str) -> psutil.Process:
    return next(child for child in psutil.Process(servers.pid).children() if port in child.cmdline())


def listed(api: dict[str, str]) -> str:
    command = [sys.executable, "-m", "prefect", "deployment", "ls"]
    return subprocess.run(command, env={**os.environ, **api, "COLUMNS": "200"}, capture_output=True, text=True).stdout


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(1)


def run(command: str, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "deployments", command]
    return subprocess.run(words, cwd=ROOT, env=environment(home, more), capture_output=True, text=True, timeout=SECONDS)


def start(command: str, home: Path, **more: str) -> subprocess.Popen[bytes]:
    with (home / f"{command}.log").open("wb") as log:
        words = [sys.executable, "-m", "deployments", command]
        return subprocess.Popen(words, cwd=ROOT, env=environment(home, more), stdout=log, stderr=log)


def environment(home: Path, more: dict[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MLFLOW_"))}
    return {**kept, "ATELIER_HOME": str(home), **more}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
