"""Tests: the commands `promote` and `rollback`: exit codes, names of versions, what is printed."""

import json

import pytest

from flows.promote import promote
from flows.tasks import read_config
from registry.aliases import PRODUCTION, aliases
from registry.ledger.store import history
from registry.status import status
from tests.flows.command_line import run

pytestmark = pytest.mark.usefixtures("command_environment")


def test_a_promotion_that_promotes_nothing_exits_with_3(after_lifecycle: str) -> None:
    done = run("promote", after_lifecycle, "--json")
    assert done.exit_code == 3
    assert json.loads(done.stdout)["model"] == after_lifecycle


def test_a_promotion_that_promotes_exits_with_0(scored: str) -> None:
    done = run("promote", scored, "--json")
    assert done.exit_code == 0
    assert [d["verdict"] for d in json.loads(done.stdout)["decisions"]].count("PROMOTE") == 1


def test_a_misspelt_alias_or_version_is_an_error_that_names_the_right_spelling(after_lifecycle: str) -> None:
    done = run("rollback", after_lifecycle, "--to", "PROD", "--reason", "a slip")
    assert (done.exit_code, "Production or Challenger" in done.stderr) == (2, True)
    done = run("promote", after_lifecycle, "--version", "")
    assert (done.exit_code, "No alias is called ''" in done.stderr) == (2, True)
    done = run("promote", after_lifecycle, "--version", "9" * 23)
    assert (done.exit_code, f"fruit has no version {'9' * 23}" in done.stderr) == (1, True)
    done = run("promote", after_lifecycle, "--version", "production")
    assert (done.exit_code, done.stderr.strip()) == (2, "Error: No alias is called 'production', expected Production.")


def test_a_rollback_prints_the_version_in_production_and_how_long_it_took(after_lifecycle: str) -> None:
    first = aliases(after_lifecycle)[PRODUCTION]
    other = min(v["version"] for v in status(read_config(after_lifecycle))["versions"] if v["version"] != first)
    promote(after_lifecycle, version=other, force=True, reason="Let us try it.")
    assert history(after_lifecycle)[-1].move.from_version == first
    done = run("rollback", after_lifecycle, "--to", str(first), "--reason", "to see it [and time it]")
    assert done.exit_code == 0, done.stderr
    assert f"ROLLBACK of version {other} to version {first}: to see it [and time it]" in done.stdout
    assert f"Version {first} of fruit is in production now; it took" in done.stdout
