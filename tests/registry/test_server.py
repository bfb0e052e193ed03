"""Tests: the registry works the same with an MLflow server that serves its artifacts."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from components.core.errors import CheckpointError, RegistryError
from components.core.golden import GoldenSample
from components.core.records import Decision, Verdict
from components.recipes import RECIPES
from components.training.diffusion import ADAPTER_FILE
from registry import tags
from registry.client import connect
from registry.golden_samples import write_sample
from registry.production import Promotion, move_production, unless_overtaken
from registry.scorecards import candidates, write_scorecard
from registry.search import trained_versions
from registry.settings import settings
from registry.smoke import load_and_check, smoke
from registry.status import status
from registry.tracking import Run, _start, open_run
from registry.version_files import verified_files
from registry.versions import checkpoint_of
from tests.registry.conftest import MODEL, make_scorecard
from tests.registry.proxy import proxy
from tests.registry.starters import starter_config
from tests.registry.test_smoke import IMAGES, make, sample_of
from tests.registry.toy_recipe import SHOWN, Config, toy_config

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
    config: Config,
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
        write_scorecard(run, version, make_scorecard(), "e1", SHOWN)
    assert candidates(MODEL, "t1", "e1")[0][0].scorecard == make_scorecard()
    move_production(
        MODEL, Promotion(number), unless_overtaken(Decision(number, Verdict.PROMOTE, "first", "Best."), None)
    )
    assert status(toy_config())["production"]["fid"] == 20.0
    assert status(toy_config("nobody"))["versions"] == []
    assert capfd.readouterr().out == ""


def kept_by_the_server(tmp_path: Path, name: str) -> Path:
    """Return where the server keeps a file of the only model that was logged."""
    (path,) = (tmp_path / "kept").rglob(name)
    return path


def test_a_file_that_was_changed_on_the_server_is_found_although_the_local_copy_is_good(
    server: str, make_version: Callable[..., int], tmp_path: Path
) -> None:
    make_version(step=10)
    (version,) = trained_versions(MODEL, "t1")
    weights = checkpoint_of(version).folder / "weights.txt"
    kept = kept_by_the_server(tmp_path, "weights.txt")
    kept.write_text("weights of step 11")
    assert verified_files(version).folder == weights.parents[1]  # work with the local copy goes on
    for check in (lambda: verified_files(version, fresh=True), lambda: smoke("toy", version, GoldenSample({}))):
        with pytest.raises(
            CheckpointError, match=r"^Version 1 of toy: mlflow-artifacts:.*/weights\.txt is not what was registered"
        ):
            check()
    assert weights.read_text() == "weights of step 10"

    kept.write_text("weights of step 10")
    inode = weights.stat().st_ino
    assert verified_files(version, fresh=True).folder == weights.parents[1]
    assert weights.stat().st_ino == inode  # a good copy stays, since others may be reading it
    assert not list(settings().caches.rglob(".unfinished-*"))


def test_a_damaged_copy_is_replaced_and_files_that_the_server_lost_are_named(
    server: str, make_version: Callable[..., int], tmp_path: Path
) -> None:
    make_version(step=10)
    (version,) = trained_versions(MODEL, "t1")
    weights = checkpoint_of(version).folder / "weights.txt"
    for fresh in (False, True):
        weights.write_text("weights of step 11")
        (weights.parent / "more").mkdir()
        verified_files(version, fresh)
        assert weights.read_text() == "weights of step 10"
        assert not list(settings().caches.rglob(".unfinished-*"))

    kept_by_the_server(tmp_path, "weights.txt").unlink()
    with pytest.raises(CheckpointError, match=r"checkpoint/weights\.txt is missing"):
        verified_files(version, fresh=True)
    shutil.rmtree(kept_by_the_server(tmp_path, "MLmodel").parent)
    with pytest.raises(RegistryError, match=r"^Version 1 of toy has no files in mlflow-artifacts:.*: train again\.$"):
        verified_files(version, fresh=True)
    assert verified_files(version).folder == weights.parents[1]


def log_for(run: Run, first: int, seconds: float) -> tuple[int, float]:
    """Log a metric every 50 ms; return the next step, and the most CPU seconds that a call took."""
    step, slowest, until = first, 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.thread_time()
        run.metrics({"loss": 1 / (step + 1), "rate": step}, step)
        slowest, step = max(slowest, time.thread_time() - began), step + 1
        time.sleep(0.05)
    return step, slowest


@pytest.mark.slow
def test_a_server_that_is_away_forgets_or_is_slow_delays_no_step_and_loses_and_doubles_no_metric(
    server: str, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    step = 0
    with proxy(server) as middle, monkeypatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", middle.address)
        run = _start(MODEL, {tags.FLOW: "train"})
        for middle.mode, middle.seconds in [("works", 0), ("away", 0), ("forgets", 0), ("works", 5), ("works", 0)]:
            step, slowest = log_for(run, step, 12)
            assert slowest < 0.02, middle.mode
        run.end("FINISHED")
        history = connect().get_metric_history(run.id, "rate")
    assert sorted(point.step for point in history) == list(range(step))
    assert not list((settings().home / "metrics").iterdir())


def test_plain_mlflow_never_loads_an_unchecked_file_of_a_server(server: str, tmp_path: Path) -> None:
    version = make(starter_config(), tmp_path / "adapter")
    sample = sample_of(version)
    kept = kept_by_the_server(tmp_path, ADAPTER_FILE)
    kept.write_bytes(kept.read_bytes()[:-64] + bytes(64))  # safe to load, and another adapter
    with pytest.raises(CheckpointError, match=rf"^Version 1 of starter: .*{ADAPTER_FILE} is not what was registered"):
        smoke(IMAGES, version, sample)
    (tmp_path / "sample").mkdir()
    write_sample(tmp_path / "sample", sample)
    # The file is overwritten only after the check: what was checked is what is loaded.
    load_and_check(RECIPES[IMAGES], "starter", "1", tmp_path / "sample")
