"""Tests: `promote` and `rollback` as commands: their exit codes, and how they take the name of a version."""

import json

import pytest

from flows.promote import promote
from flows.tasks import read_config
from registry.aliases import PRODUCTION, aliases
from registry.ledger.store import history
from registry.status import status
from tests.flows.command_line import run

pytestmark = pytest.mark.usefixtures("command_environment")


def test_a_promotion_that_promotes_nothing_has_an_exit_code_of_its_own(after_a_round: str) -> None:
    done = run("promote", after_a_round, "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["model"] == after_a_round


def test_a_promotion_that_promotes_has_exit_code_0(scored: str) -> None:
    done = run("promote", scored, "--json")
    assert done.exit_code == 0
    assert [d["verdict"] for d in json.loads(done.stdout)["decisions"]].count("PROMOTE") == 1


def test_an_alias_in_another_spelling_is_answered_with_ours(after_a_round: str) -> None:
    done = run("rollback", after_a_round, "--to", "PROD", "--reason", "a slip")
    assert (done.exit_code, "Production or Challenger" in done.stderr) == (2, True)
    done = run("promote", after_a_round, "--version", "")
    assert (done.exit_code, "No alias is called ''" in done.stderr) == (2, True)
    done = run("promote", after_a_round, "--version", "9" * 23)
    assert (done.exit_code, f"fruit has no version {'9' * 23}" in done.stderr) == (1, True)
    done = run("promote", after_a_round, "--version", "production")
    assert (done.exit_code, done.stderr.strip()) == (2, "Error: No alias is called 'production', expected Production.")


def test_a_rollback_says_what_is_in_production_and_how_long_it_took(after_a_round: str) -> None:
    first = aliases(after_a_round)[PRODUCTION]
    other = min(v["version"] for v in status(read_config(after_a_round))["versions"] if v["version"] != first)
    promote(after_a_round, version=other, force=True, reason="Let us try it.")
    assert history(after_a_round)[-1].move.from_version == first
    done = run("rollback", after_a_round, "--to", str(first), "--reason", "to see it [and time it]")
    assert done.exit_code == 0, done.stderr
    assert f"ROLLBACK of version {other} to version {first}: to see it [and time it]" in done.stdout
    assert f"Version {first} of fruit is in production now; it took" in done.stdout
