"""Tests: the command `monitor`: the verdict comes first, and DRIFT has an exit code of its own."""

import json
from pathlib import Path

import pytest

from registry.settings import settings
from tests.flows.command_line import run
from tests.toys import CATALOGUE

pytestmark = pytest.mark.usefixtures("command_environment")


def catalogue(folder: Path, rows: list[str]) -> Path:
    folder.mkdir()
    known = (settings().models / CATALOGUE).read_text(encoding="utf-8")
    (folder / CATALOGUE).write_text(known + "\n".join([*rows, ""]), encoding="utf-8")
    return folder


def test_drift_is_said_first_and_ends_with_5(after_lifecycle: str, tmp_path: Path) -> None:
    folder = catalogue(tmp_path / "plums", [f"{30 + n % 50},plum" for n in range(80)])
    done = run("monitor", after_lifecycle, "--catalogue", folder)
    assert done.exit_code == 5
    assert done.stdout.startswith("DRIFT: ")
    assert len(done.stdout.splitlines()) < 25  # one screen
    assert "80 new rows" in done.stdout.replace("\n", " ")
    status = run("status", after_lifecycle)
    assert "Monitor: DRIFT: " in status.stdout.replace("\n", " ")


def test_json_is_one_object_and_no_drift_ends_with_0(after_lifecycle: str) -> None:
    done = run("monitor", after_lifecycle, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert (found["state"], found["new_rows"], found["columns"]) == ("TOO FEW", 0, [])


def test_without_a_version_in_production_it_is_one_sentence(scored: str) -> None:
    done = run("monitor", scored)
    assert done.exit_code == 1
    assert done.stderr.startswith(
        "Error: No version of fruit is in production yet, so there is nothing to compare with"
    )
