"""Tests: the command `reap` and `status` name what died."""

import json

import pytest

from registry.lease_rows import Work
from tests.flows.command_line import run
from tests.registry.work import dead_lease

pytestmark = pytest.mark.usefixtures("command_environment")


def test_nothing_died(toy: str) -> None:
    assert run("reap").stdout == "No run died.\n"
    assert json.loads(run("reap", "--json").stdout) == {"dead": []}


def test_a_dead_command_is_named_by_reap_and_then_by_status(toy: str) -> None:
    dead_lease(Work(toy, "train", "", "", f"atelier train {toy}"))
    done = run("reap")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"Train of {toy} died with process ")
    assert f"run `atelier train {toy}`" in " ".join(done.stdout.split())
    shown = run("status", toy)
    assert f"Attention: Train of {toy} died with process" in " ".join(shown.stdout.split())
    (dead,) = json.loads(run("status", toy, "--json").stdout)["dead"]
    assert dead.startswith(f"Train of {toy} died")
