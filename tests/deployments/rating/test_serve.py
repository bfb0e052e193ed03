"""Tests: the command `rate`, from its start to its end."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from components.recipes import RECIPES, read_config
from deployments.rating.rated_model import category
from registry.settings import REPOSITORY, settings
from tests.deployments.rating.conftest import MODEL
from tests.toy_catalogue import toy_model_yaml

SECONDS = 120


def start(room: str, *words: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", room, "rate", *words]
    return subprocess.Popen(
        command, cwd=REPOSITORY, env=dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def run(room: str, *words: str) -> tuple[int, str, str]:
    with start(room, *words) as process:
        out, err = process.communicate(timeout=SECONDS)
    return process.returncode, out, err


@pytest.mark.parametrize(("room", "ending"), [("flows", signal.SIGINT), ("deployments", signal.SIGTERM)])
def test_the_page_is_served_until_a_signal_ends_it(reports: Path, room: str, ending: signal.Signals) -> None:
    with start(room, MODEL, "--port", "0", "--pictures", "2") as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("8 pictures of starter are ready to rate: http://127.0.0.1:")
        with urllib.request.urlopen(f"{first.split()[-1]}/session", timeout=SECONDS) as answer:
            assert len(json.load(answer)["items"]) == 8
            assert "uvicorn" not in str(answer.headers).lower()
        process.send_signal(ending)
        _, err = process.communicate(timeout=SECONDS)
    assert (process.returncode, err) == (0, "")


def test_a_taken_port_is_named_with_the_option_that_changes_it(reports: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, _, err = run("deployments", MODEL, "--port", port)
    assert code == 1
    assert err.strip() == (
        f"Error: Port {port} of 127.0.0.1 is taken, expected a free one: name another with --port, or 0 for any."
    )


def test_before_an_evaluation_the_error_is_one_sentence(bare_home: Path) -> None:
    code, _, err = run("flows", MODEL, "--results")
    assert code == 1
    assert err.strip().endswith("run `python -m flows evaluate starter` first.")
    assert len(err.strip().splitlines()) == 1


def test_json_without_results_is_wrong_usage(bare_home: Path) -> None:
    code, _, err = run("flows", MODEL, "--json")
    assert (code, "add --results" in err) == (2, True)


def test_the_category_is_the_selection_of_the_data(bare_home: Path) -> None:
    assert category(read_config(settings().models, "casual-shoes")) == "casual shoes"


def test_the_category_of_a_model_without_a_selection_is_its_name(
    bare_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RECIPES, "toy", "tests.toys")
    assert category(read_config(tmp_path, toy_model_yaml(tmp_path).stem)) == "fruit"
