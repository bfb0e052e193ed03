"""Tests: the command `predict` says in one sentence what is wrong, and writes nothing then."""

from pathlib import Path

import pytest

from tests.flows.command_line import run

pytestmark = pytest.mark.usefixtures("command_environment")


def test_a_model_that_answers_no_tables_says_so(after_lifecycle: str, tmp_path: Path) -> None:
    table, to = tmp_path / "table.csv", tmp_path / "answers.csv"
    table.write_text("grams\n120\n")
    done = run("predict", after_lifecycle, table, "--to", to)
    assert done.exit_code == 2
    assert "Error: fruit does not answer tables" in done.stderr
    assert not to.exists()


def test_an_output_that_exists_is_kept(after_lifecycle: str, tmp_path: Path) -> None:
    to = tmp_path / "answers.csv"
    to.write_text("mine")
    done = run("predict", after_lifecycle, tmp_path / "table.csv", "--to", to)
    assert (done.exit_code, to.read_text()) == (2, "mine")
