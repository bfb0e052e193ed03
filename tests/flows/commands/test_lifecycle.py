"""Tests: the commands of the round, where the round is complete already."""

import json

import pytest

from tests.flows.command_line import run

pytestmark = pytest.mark.usefixtures("command_environment")


def test_a_complete_round_is_no_failure_and_nothing_is_done_again(after_a_round: str) -> None:
    done = run("lifecycle", after_a_round, "--json")
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    assert (found["model"], found["complete"]) == (after_a_round, True)
