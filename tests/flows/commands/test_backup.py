"""Tests: `backup` and `restore-backup` on the command line, and backups while a lifecycle runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from registry.settings import REPOSITORY, settings
from tests.flows.command_line import run

WRONG_USAGE = 2
RESTORED = 6  # of the backups under load

pytestmark = pytest.mark.usefixtures("command_environment")


def move_elsewhere(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setenv("ATELIER_HOME", str(home))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


def test_a_home_is_backed_up_and_restored_elsewhere(
    after_lifecycle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = settings().home
    made = run("backup", tmp_path / "backup")
    assert made.exit_code == 0
    assert f"The home {former} was backed up in {tmp_path / 'backup'}: " in made.stdout
    checked = run("restore-backup", tmp_path / "backup", "--check")
    assert (checked.exit_code, f"The backup in {tmp_path / 'backup'} is whole: " in checked.stdout) == (0, True)
    move_elsewhere(monkeypatch, tmp_path / "other")
    restored = json.loads(run("restore-backup", tmp_path / "backup", "--json").stdout)
    assert (restored["home"], restored["whole"], restored["aside"]) == (str(tmp_path / "other"), True, None)
    assert f"was copied from {former}" in restored["paths"]
    assert run("verify", after_lifecycle).exit_code == 0
    assert run("generate", after_lifecycle, "120", "--to", tmp_path / "out").exit_code == 0


def test_a_restored_home_says_what_was_there_and_how_to_go_on(after_lifecycle: str, tmp_path: Path) -> None:
    assert run("backup", tmp_path / "backup").exit_code == 0
    refused = run("restore-backup", tmp_path / "backup")
    assert (refused.exit_code, "--replace" in refused.stderr) == (WRONG_USAGE, True)
    shown = run("restore-backup", tmp_path / "backup", "--replace").stdout
    assert "What was in that home before is in " in shown
    assert f"{after_lifecycle}: 1 entries in the ledger" in shown


def test_progress_is_shown_on_standard_error(after_lifecycle: str, tmp_path: Path) -> None:
    (settings().home / "large").write_bytes(bytes(3_000_000))
    assert "backup (MB) 4/4" in run("backup", tmp_path / "backup").stderr


@pytest.mark.slow
def test_backups_while_a_lifecycle_runs_are_whole(toy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [sys.executable, "-m", "tests.flows.slow_toys", "package", "0.2", "lifecycle", toy]
    backups = []
    lifecycle = subprocess.Popen([*words, "--set", "seed=2"], cwd=REPOSITORY, env=os.environ)
    while lifecycle.poll() is None:
        backups.append(tmp_path / f"backup-{len(backups)}")
        assert run("backup", backups[-1]).exit_code == 0
    assert lifecycle.returncode == 0
    assert len(backups) > RESTORED
    for number, backup in enumerate(backups[:: len(backups) // RESTORED]):
        move_elsewhere(monkeypatch, tmp_path / f"home-{number}")
        restored = json.loads(run("restore-backup", backup, "--json").stdout)
        assert [remark for check in restored["checks"] for remark in check["remarks"] if remark["alarm"]] == []
    assert run("lifecycle", toy, "--set", "seed=2").exit_code == 0
