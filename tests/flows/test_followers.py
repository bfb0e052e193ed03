"""Tests: one process leads and follows nobody; several of one command train together, and one of them registers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.followers import dismiss, is_follower, lead
from tests import ROOT


def test_a_command_of_one_process_sends_nothing(tmp_path: Path) -> None:
    assert not is_follower()
    lead(None, None, tmp_path)  # they would wait for other processes
    dismiss()


@pytest.mark.slow
def test_a_lifecycle_in_two_processes_registers_each_checkpoint_once(tmp_path: Path) -> None:
    settings = {
        "train.steps": 4,
        "train.checkpoint_every": 4,
        "train.batch": 4,
        "train.accumulation": 2,
        "train.warmup": 1,
    }
    overrides = [word for name, value in settings.items() for word in ("--set", f"{name}={value}")]
    launcher = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "flows"]
    environment = {**os.environ, "ATELIER_HOME": str(tmp_path)}
    for command in (["ingest", "starter"], ["train", "starter", *overrides], ["train", "starter", *overrides]):
        subprocess.run([sys.executable, *launcher, *command], cwd=ROOT, env=environment, check=True)
    status = [sys.executable, "-m", "flows", "status", "starter", "--json"]
    found = subprocess.run(status, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    assert len(json.loads(found.stdout)["versions"]) == 1
