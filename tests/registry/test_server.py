"""Tests: everything works the same through an MLflow server that keeps the artifacts itself."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.core.records import Decision, Verdict
from registry.home import settings
from registry.moves import Offer, move_production, unless_overtaken
from registry.summary import status
from registry.tracking import open_run
from registry.versions import candidates, checkpoint_of, trained_versions, write_scorecard
from tests.registry.conftest import MODEL, ToyConfig, make_scorecard

START_SECONDS = 120


@pytest.fixture
def server(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A real server on the home's own database; the client's home is another one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    stores = ["--backend-store-uri", f"sqlite:///{home}/mlflow.db", "--artifacts-destination", str(tmp_path / "kept")]
    environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with (
        (tmp_path / "log").open("w") as log,
        subprocess.Popen([*command, *stores], env=environment, stdout=log, stderr=log) as process,
    ):
        try:
            wait_until_up(f"http://127.0.0.1:{port}/health")
            monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://127.0.0.1:{port}")
            monkeypatch.setenv("ATELIER_HOME", str(tmp_path / "client"))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_until_up(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(address):
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.2)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1):
            return True
    except OSError:
        return False


def test_a_version_goes_through_a_server_and_its_weights_are_fetched_once(
    server: str,
    make_version: Callable[..., int],
    config: ToyConfig,
    capfd: pytest.CaptureFixture[str],
) -> None:
    number = make_version(step=10)
    (version,) = trained_versions(MODEL, "t1")
    checkpoint = checkpoint_of(version)
    assert (checkpoint.folder / "weights.txt").read_text() == "weights of step 10"
    assert checkpoint.folder.is_relative_to(settings().caches)
    written = (checkpoint.folder / "weights.txt").stat().st_mtime_ns
    assert checkpoint_of(version) == checkpoint
    assert (checkpoint.folder / "weights.txt").stat().st_mtime_ns == written

    with open_run(config, "evaluate", "1", snapshot="s1") as run:
        write_scorecard(run, version, make_scorecard())
    assert candidates(MODEL, "s1", "t1")[0].scorecard == make_scorecard()
    move_production(MODEL, Offer(number), unless_overtaken(Decision(number, Verdict.PROMOTE, "first", "Best."), None))
    assert status(MODEL)["production"]["fid"] == 20.0
    assert status("nobody")["versions"] == []
    assert capfd.readouterr().out == ""
