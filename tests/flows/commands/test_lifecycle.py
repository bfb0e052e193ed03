"""Tests: the command `lifecycle` where everything is complete already."""

import json

import pytest

from tests.flows.command_line import run

pytestmark = pytest.mark.usefixtures("command_environment")


def test_a_complete_lifecycle_exits_with_0_and_runs_nothing_again(after_lifecycle: str) -> None:
    done = run("lifecycle", after_lifecycle, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert (found["model"], found["complete"]) == (after_lifecycle, True)
