"""Tests: Ctrl-C, SIGTERM and a closed terminal end a command in seconds, with a sentence and its exit code."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from prefect.settings import PREFECT_API_URL

from tests import ROOT
from tests.flows.terminal import CTRL_C, Ended, Terminal, run_in_terminal
from tests.toy_catalogue import toy_model_yaml

KEPT = "Finished steps are kept: run the same command again to continue."
BUSY_THREAD = """
import sys, threading, time
from flows.commands.common import exit_on_error
from flows.commands.signals import handle_signals
handle_signals(grace=0.5)
with exit_on_error(False):
    threading.Thread(target=time.sleep, args=(60,)).start()  # Python waits for it at its end
    print("busy", file=sys.stderr, flush=True)
    time.sleep(60)
"""


def ctrl_c(terminal: Terminal) -> None:
    terminal.type(CTRL_C)


def ctrl_c_twice(terminal: Terminal) -> None:
    terminal.type(CTRL_C)
    terminal.read(0.5)
    time.sleep(0.5)
    terminal.type(CTRL_C)


def sigterm_to_all(terminal: Terminal) -> None:
    os.killpg(terminal.pid, signal.SIGTERM)


def hang_up(terminal: Terminal) -> None:
    os.close(terminal.file)
    terminal.file = os.open(os.devnull, os.O_RDONLY)


def environment(folder: Path, **more: str) -> dict[str, str]:
    models = folder / "models"
    models.mkdir()
    toy_model_yaml(models)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "MLFLOW_"))}
    return {**kept, "ATELIER_HOME": str(folder / "home"), "ATELIER_MODELS": str(models), **more}


def interrupt(folder: Path, phase: str, then: Callable[[Terminal], None], **more: str) -> Ended:
    """Run a lifecycle of a toy that is slow in one phase, and interrupt it there."""
    command = [sys.executable, "-m", "tests.flows.slow_toys", phase, "60", "lifecycle", "fruit"]
    return run_in_terminal(command, environment(folder, **more), f"busy: {phase}", then)


def test_ctrl_c_ends_a_command_in_seconds_with_a_sentence(tmp_path: Path) -> None:
    done = interrupt(tmp_path, "train", ctrl_c, PREFECT_API_URL=str(PREFECT_API_URL.value()))
    assert (done.code, done.seconds < 10) == (130, True), done
    assert f"Error: Interrupted. {KEPT}" in done.text
    assert "Traceback" not in done.text


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["make_examples", "train", "evaluate", "package"])
def test_ctrl_c_in_each_phase_without_a_server_of_prefects(phase: str, tmp_path: Path) -> None:
    done = interrupt(tmp_path, phase, ctrl_c)
    assert (done.code, done.seconds < 10) == (130, True), done
    assert f"Error: Interrupted. {KEPT}" in done.text
    assert left_running(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("then", "code"), [(ctrl_c_twice, 130), (sigterm_to_all, 143), (hang_up, 129)], ids=["twice", "sigterm", "hang-up"]
)
def test_each_signal_has_its_exit_code(then: Callable[[Terminal], None], code: int, tmp_path: Path) -> None:
    done = interrupt(tmp_path, "train", then)
    assert (done.code, done.seconds < 10) == (code, True), done
    assert "Traceback" not in done.text
    assert left_running(tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("then", [ctrl_c, sigterm_to_all], ids=["ctrl-c", "sigterm"])
def test_a_training_saves_its_step_ends_with_75_and_leaves_nothing_running(
    then: Callable[[Terminal], None], tmp_path: Path
) -> None:
    sets = ["--set", "train.steps=5000", "--set", "train.checkpoint_every=5000"]
    command = [sys.executable, "-m", "flows", "lifecycle", "starter", *sets]
    known = environment(tmp_path, ATELIER_MODELS=str(ROOT / "deployments" / "models"))
    done = run_in_terminal(command, known, "/5000", then)
    (paused,) = (tmp_path / "home" / "checkpoints" / "starter").glob("*/pause/step-*")
    assert (done.code, done.seconds < 20) == (75, True), done
    assert f"Step {int(paused.name.removeprefix('step-'))} is saved: run the same command again" in done.text
    assert "Traceback" not in done.text
    assert left_running(tmp_path) == []


@pytest.mark.slow
def test_a_server_of_prefects_that_is_killed_is_started_again_and_the_lifecycle_completes(tmp_path: Path) -> None:
    def kill_server(terminal: Terminal) -> None:
        (server,) = psutil.Process(terminal.pid).children()
        server.kill()

    command = [sys.executable, "-m", "tests.flows.slow_toys", "train", "5", "lifecycle", "fruit"]
    done = run_in_terminal(command, environment(tmp_path), "busy: train", kill_server)
    assert done.code == 0, done
    assert "Prefect's temporary server ended with -9 and is started again" in done.text
    assert "PROMOTE" in done.text


def test_a_thread_that_works_on_does_not_delay_the_end() -> None:
    command = [sys.executable, "-c", BUSY_THREAD]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "busy\n"
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        said = process.stderr.read()
    assert process.returncode == 143
    assert time.monotonic() - began < 5
    assert said == f"Error: Terminated. {KEPT}\n"


def left_running(folder: Path) -> list[list[str]]:
    """Return the command lines of processes of this home, after the time that a server takes to see its parent gone."""
    home, deadline = str(folder / "home"), time.monotonic() + 10
    while (found := _of_home(home)) and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


def _of_home(home: str) -> list[list[str]]:
    found = []
    for process in psutil.process_iter(["environ", "cmdline"]):
        if (process.info["environ"] or {}).get("ATELIER_HOME") == home:
            found.append(process.info["cmdline"])
    return found
