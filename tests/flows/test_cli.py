"""Tests: the command line as a person types it, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT


def run(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ATELIER_HOME": str(home)}
    command = [sys.executable, "-m", "flows", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


def test_help_imports_nothing_heavy(tmp_path: Path) -> None:
    code = "import sys, flows.cli; print([m for m in ('torch', 'mlflow', 'prefect', 'diffusers') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


COMMANDS = {
    "Models": ["models", "check", "new"],
    "The round": ["ingest", "train", "evaluate", "promote", "lifecycle"],
    "Production": ["status", "compare", "rollback", "history", "verify"],
    "Versions": ["export", "clean"],
    "Pictures": ["rate", "score-pictures", "check-records"],
}


def test_help_lists_every_command_in_its_panel(tmp_path: Path) -> None:
    lines = [line.strip("│╭─╮ ") for line in run("--help", home=tmp_path).stdout.splitlines()]
    words = [line.partition(" ")[0] if line not in COMMANDS else line for line in lines]
    known = {*COMMANDS, *(command for commands in COMMANDS.values() for command in commands)}
    assert [word for word in words if word in known] == [
        word for panel, commands in COMMANDS.items() for word in (panel, *commands)
    ]


@pytest.mark.parametrize("command", [command for commands in COMMANDS.values() for command in commands])
def test_every_command_explains_itself(command: str, tmp_path: Path) -> None:
    done = run(command, "--help", home=tmp_path)
    assert done.returncode == 0
    assert "--json" in done.stdout


def test_an_unknown_model_is_wrong_usage_in_one_sentence(tmp_path: Path) -> None:
    done = run("status", "cats", home=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines() == [
        "Error: No model is called 'cats'. Known models: casual-shoes, shoes-64, starter."
    ]


def test_an_unknown_field_is_wrong_usage_and_names_the_allowed_ones(tmp_path: Path) -> None:
    done = run("lifecycle", "starter", "--set", "train.stepz=3", home=tmp_path)
    assert done.returncode == 2
    assert "train.stepz" in done.stderr
    assert "steps" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_catalogue_is_one_sentence_and_no_traceback(tmp_path: Path) -> None:
    done = run("ingest", "shoes-64", "--catalogue", str(tmp_path / "nowhere"), home=tmp_path / "home")
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_status_of_a_model_that_never_ran_is_empty(tmp_path: Path) -> None:
    done = run("status", "starter", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert '"production": null' in done.stdout
    assert '"versions": []' in done.stdout
