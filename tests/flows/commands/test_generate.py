"""Tests: the command `generate`, on a model of another kind than pictures."""

import json
from pathlib import Path

import pytest

from tests.flows.command_line import run

pytestmark = pytest.mark.usefixtures("command_environment")


def test_it_prints_the_version_and_the_files(after_lifecycle: str, tmp_path: Path) -> None:
    done = run("generate", after_lifecycle, "120", "--to", tmp_path / "out")
    assert done.exit_code == 0
    assert "of fruit generated: response.json, in" in done.stdout.replace("\n", " ")
    assert (tmp_path / "out" / "response.json").is_file()


def test_json_is_one_object(after_lifecycle: str) -> None:
    done = run("generate", after_lifecycle, "120", "--version", "base", "--json")
    found = json.loads(done.stdout)
    assert (found["version"], found["request"]) == ("base", {"grams": 120})


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["heavy"], 2, "Error: fruit does not take this grams"),
        (["120", "--n", "2"], 2, "Error: fruit was given an option for its count"),
        (["120", "--version", "99"], 1, "Error: fruit has no version 99"),
        (["120", "--version", "production"], 2, "expected Production."),
    ],
)
def test_what_is_wrong_is_one_sentence(after_lifecycle: str, words: list[str], code: int, sentence: str) -> None:
    done = run("generate", after_lifecycle, *words)
    assert done.exit_code == code
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
