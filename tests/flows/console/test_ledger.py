"""Tests: `history` prints every entry of a ledger, and whether the chain is whole."""

import json
import sqlite3
from contextlib import closing

import pytest

from registry.ledger import store
from registry.ledger.entries import Move, row_of, seal
from registry.settings import settings
from tests.flows.command_line import run
from tests.flows.commands.tampering import edit_a_row

pytestmark = pytest.mark.usefixtures("command_environment")


def test_history_prints_the_oldest_entry_first_with_who_and_why(served: str) -> None:
    done = run("history", served)
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 100
    assert done.stdout.index("run-1") < done.stdout.index("run-2")
    assert "none → 1" in done.stdout
    assert "Version 2 is the best [by far]." in done.stdout
    entries = store.history(served)
    assert done.stdout.splitlines()[-1] == f"The chain is whole: 2 entries, the last has hash {entries[-1].hash}."


def test_history_prints_json(served: str) -> None:
    found = json.loads(run("history", served, "--json").stdout)
    assert [entry["move"]["to_version"] for entry in found["entries"]] == [1, 2]
    assert (found["whole"], found["findings"]) == (True, [])


def test_the_history_of_a_model_without_moves_is_empty(toy: str) -> None:
    assert run("history", toy).stdout == "The chain is whole: 0 entries.\n"


@pytest.mark.parametrize(
    "field", sorted(set(row_of(seal(Move("m", "", None, None, "", "", ""), 1, 0.0, ""))) - {"model"})
)
@pytest.mark.parametrize("value", ["x", "-1", "1e99"])
def test_history_prints_an_edited_row_and_reports_the_broken_chain(served: str, field: str, value: str) -> None:
    with closing(sqlite3.connect(settings().home / "atelier.db")) as database, database:
        database.execute(f'UPDATE moves SET "{field}" = ? WHERE entry = 1', [value])
    done = run("history", served)
    assert "The chain is NOT whole" in done.stdout or done.stderr.startswith("Error: Entry"), (done.stdout, done.stderr)


def test_history_says_that_an_altered_chain_is_not_whole(served: str) -> None:
    edit_a_row(served)
    done = run("history", served)
    assert done.exit_code == 0
    assert "The chain is NOT whole. Entry 1: found hash " in done.stdout
    assert json.loads(run("history", served, "--json").stdout)["whole"] is False
