"""Tests: the command line in a process of its own: help, exit codes, errors in one sentence."""

import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from components.recipes import model_names
from flows.cli import app
from tests import ROOT

LARGE_LIBRARIES = {"torch", "mlflow", "prefect", "diffusers", "transformers", "pandas", "numpy"}
MOST_MODULES = 600  # 435 today; torch alone has a thousand more


def run(*words: str, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ATELIER_HOME": str(home)}
    command = [sys.executable, "-m", "flows", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


@cache
def panels() -> Mapping[str, list[str]]:
    """Return the commands of the command line by their panel in `--help`."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    found: dict[str, list[str]] = {}
    for name, command in group.commands.items():
        found.setdefault(str(getattr(command, "rich_help_panel", None)), []).append(name)
    return found


COMMANDS = [command for commands in panels().values() for command in commands]


def test_the_commands_include_the_lifecycle_and_status() -> None:
    assert {"ingest", "train", "evaluate", "promote", "lifecycle", "status"} <= set(COMMANDS)


def test_help_lists_every_command_in_its_panel(tmp_path: Path) -> None:
    lines = [line.strip("│╭─╮ ") for line in run("--help", home=tmp_path).stdout.splitlines()]
    words = [line.partition(" ")[0] if line not in panels() else line for line in lines]
    assert [word for word in words if word in {*panels(), *COMMANDS}] == [
        word for panel, commands in panels().items() for word in (panel, *commands)
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_help_imports_no_large_library(command: str, tmp_path: Path) -> None:
    code = (
        "import sys; from flows.cli import app; app([sys.argv[1], '--help'], standalone_mode=False);"
        "print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, command], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Usage:" in done.stdout
    assert ("--json" in done.stdout) == (command != "serve")  # it runs until Ctrl-C
    modules = done.stderr.split()
    assert not LARGE_LIBRARIES & set(modules)
    assert len(modules) < MOST_MODULES


def test_an_unknown_model_exits_with_2_and_one_sentence(tmp_path: Path) -> None:
    done = run("status", "cats", home=tmp_path)
    assert done.returncode == 2
    assert done.stderr.strip().splitlines() == [
        f"Error: No model is called 'cats'. Known models: {', '.join(model_names(ROOT / 'deployments' / 'models'))}."
    ]


def test_an_unknown_field_exits_with_2_and_the_allowed_names(tmp_path: Path) -> None:
    done = run("lifecycle", "starter", "--set", "train.stepz=3", home=tmp_path)
    assert done.returncode == 2
    assert "train.stepz" in done.stderr
    assert "steps" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_catalogue_exits_with_1_and_no_traceback(tmp_path: Path) -> None:
    done = run("ingest", "shoes-64", "--catalogue", str(tmp_path / "nowhere"), home=tmp_path / "home")
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_status_of_a_model_that_never_ran_is_empty(tmp_path: Path) -> None:
    done = run("status", "starter", "--json", home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert '"production": null' in done.stdout
    assert '"versions": []' in done.stdout
