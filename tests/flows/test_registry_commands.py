"""Tests: what people ask the registry on the command line, and what they are told after somebody's hand was in it."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import delete, insert, update
from typer.testing import CliRunner

from components.core.config import ModelConfig
from components.core.records import Decision, Score, Scorecard, Verdict
from components.recipes import read_config
from flows.cli import app
from registry.aliases import name_challenger
from registry.archive import archive_of
from registry.client import connect
from registry.database import INTENTS, MOVES, engine
from registry.environment import process_environment
from registry.ledger import store
from registry.ledger.entries import Move, row_of, seal
from registry.ledger.jsonl_copy import ledger_file
from registry.production import Offer, move_production
from registry.rollback import roll_back
from registry.scorecards import write_scorecard
from registry.search import trained_versions
from registry.settings import settings
from registry.tracking import open_run
from registry.version_files import verified
from registry.versions import checkpoint_of, register
from tests.flows.conftest import toy_home
from tests.registry.conftest import make_checkpoint
from tests.registry.starters import random_adapter, starter_config
from tests.registry.toy_recipe import ADAPTERS, RECIPE

NOT_WHOLE = 4
ADDRESSES = (  # MLflow keeps whole paths
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "storage_location"),
)


@pytest.fixture(autouse=True)
def environment(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**process_environment(), "COLUMNS": "100"}.items():
        monkeypatch.setenv(name, value)  # commands set them, and leave what is set already


@pytest.fixture(scope="module")
def served(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three scored versions; the first two have been in production, one after the other."""
    folder = tmp_path_factory.mktemp("served")
    with toy_home(template_database, folder) as name:
        serve_two(read_config(settings().models, name, ()), folder)
    return folder / "home"


def serve_two(config: ModelConfig, folder: Path) -> None:
    with open_run(config, "train", "1") as run:
        for step in (10, 20, 30):
            register(config, run, RECIPE, make_checkpoint(folder, step), "t1", "s1")
        for version, accuracy in zip(trained_versions(config.model, "t1"), (0.5, 0.9, 0.91), strict=True):
            score = Score(accuracy, 100, accuracy - 0.05, accuracy + 0.05)
            write_scorecard(run, version, Scorecard("step", "s1", "validation", {"accuracy": score}), "e1")
    for number, rule in ((1, "first"), (2, "better")):
        decision = Decision(number, Verdict.PROMOTE, rule, f"Version {number} is the best [by far].")
        move_production(config.model, Offer(number, f"run-{number}"), lambda _, made=decision: made)


@pytest.fixture
def model(toy: str, home: Path, served: Path) -> str:
    """A copy of that home, with its addresses, so that each test may spoil its own."""
    shutil.copytree(served, home, dirs_exist_ok=True)
    with closing(sqlite3.connect(home / "mlflow.db")) as database, database:
        for table, column in ADDRESSES:
            database.execute(f"UPDATE {table} SET {column} = replace({column}, ?, ?)", (str(served), str(home)))
    return toy


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_the_history_is_told_oldest_first_with_who_and_why(model: str) -> None:
    done = run("history", model)
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines()[:-1])) <= 100
    assert done.stdout.index("run-1") < done.stdout.index("run-2")
    assert "none → 1" in done.stdout
    assert "Version 2 is the best [by far]." in done.stdout
    entries = store.history(model)
    assert done.stdout.splitlines()[-1] == f"The chain is whole: 2 entries, the last has hash {entries[-1].hash}."


def test_the_history_as_json_has_every_field(model: str) -> None:
    found = json.loads(run("history", model, "--json").stdout)
    assert [entry["move"]["to_version"] for entry in found["entries"]] == [1, 2]
    assert (found["whole"], found["findings"]) == (True, [])


def test_the_history_of_a_model_without_one_is_empty(toy: str) -> None:
    assert run("history", toy).stdout == "The chain is whole: 0 entries.\n"


def test_what_is_whole_is_told_with_the_hash_that_people_may_keep(model: str) -> None:
    done = run("verify", model)
    assert done.exit_code == 0
    head = store.head(model)
    assert done.stdout == (
        f"The ledger of fruit is whole: 2 entries, the last has hash {head}; its file, the alias and the files of "
        "versions with an alias (2) agree.\n"
    )


def test_a_model_that_was_never_trained_is_whole(toy: str) -> None:
    done = run("verify", toy, "--json")
    assert (done.exit_code, json.loads(done.stdout)["whole"]) == (0, True)


def edit_a_row(model: str) -> None:
    with engine(settings().database_url).begin() as connection:
        connection.execute(update(MOVES).where(MOVES.c.entry == 1).values(reason="Another reason."))


def cut_the_tail(model: str) -> None:
    with engine(settings().database_url).begin() as connection:
        connection.execute(delete(MOVES).where(MOVES.c.entry == 2))


def compute_the_chain_anew(model: str) -> None:
    first, second = store.history(model)
    forged = seal(replace(first.move, reason="Another reason."), 1, first.time, "")
    behind = seal(second.move, 2, second.time, forged.hash)
    with engine(settings().database_url).begin() as connection:
        connection.execute(delete(MOVES))
        connection.execute(insert(MOVES), [row_of(forged), row_of(behind)])


def edit_the_numbers(model: str) -> None:
    with engine(settings().database_url).begin() as connection:
        connection.execute(update(MOVES).where(MOVES.c.entry == 2).values(numbers="{"))


def cut_the_file_in_half(model: str) -> None:
    file = ledger_file(model)
    file.write_bytes(file.read_bytes()[:-100])


def delete_the_alias(model: str) -> None:
    connect().delete_registered_model_alias(model, "Production")


def flip_a_bit_in_the_weights(model: str) -> None:
    weights = checkpoint_of(connect().get_model_version(model, "2")).folder / "weights.txt"
    content = bytearray(weights.read_bytes())
    content[0] ^= 1
    weights.write_bytes(content)


def delete_the_weights(model: str) -> None:
    (checkpoint_of(connect().get_model_version(model, "2")).folder / "weights.txt").unlink()


@pytest.mark.parametrize(
    ("hand", "part", "where", "what_to_do"),
    [
        (edit_a_row, "ledger", "Entry 1: found hash ", "`python -m flows restore fruit --reason ...` puts it back"),
        (cut_the_tail, "ledger", "Entry 2: found an end after 1 entries", "puts it back; until then"),
        (compute_the_chain_anew, "ledger", "Entry 2: found hash ", "until then nothing is moved."),
        (edit_the_numbers, "ledger", "Entry 2: found hash ", "puts it back; until then"),
        (cut_the_file_in_half, "file", "is cut in half at line 2", "the next promote or rollback writes it anew"),
        (delete_the_alias, "alias", "Nothing of fruit is in production, the ledger says version 2", "writes that down"),
        (flip_a_bit_in_the_weights, "weights", "Version 2 of fruit: ", "restore the folder from a copy"),
        (delete_the_weights, "weights", "Version 2 of fruit: ", "restore the folder from a copy"),
    ],
)
def test_after_a_hand_was_in_it_verify_says_where_and_what_to_do(
    model: str, hand: Callable[[str], None], part: str, where: str, what_to_do: str
) -> None:
    hand(model)
    done = run("verify", model)
    assert done.exit_code == NOT_WHOLE
    (sentence,) = done.stdout.splitlines()
    assert where in sentence
    assert what_to_do in sentence
    found = json.loads(run("verify", model, "--json").stdout)
    assert [(remark["part"], remark["alarm"]) for remark in found["remarks"]] == [(part, True)]
    assert found["whole"] is False


def test_an_altered_ledger_is_put_back_in_one_command(model: str) -> None:
    compute_the_chain_anew(model)
    kept = json.loads(ledger_file(model).read_text().splitlines()[-1])["hash"]
    told = " ".join(run("verify", model, "--kept", kept).stdout.split())
    assert f"no entry with hash {kept[:12]}" in told
    done = run("restore", model, "--reason", "A hand was in it.", "--json")
    assert (done.exit_code, json.loads(done.stdout)["entry"]["entry"]) == (0, 3)
    assert run("verify", model, "--kept", kept).exit_code == 0
    assert run("restore", model, "--reason", "Again.").stdout == "The ledger of fruit is whole: nothing was done.\n"


@pytest.mark.parametrize(
    "field", sorted(set(row_of(seal(Move("m", "", None, None, "", "", ""), 1, 0.0, ""))) - {"model"})
)
@pytest.mark.parametrize("value", ["x", "-1", "1e99"])
def test_the_history_of_a_row_that_was_edited_is_still_told(model: str, field: str, value: str) -> None:
    with closing(sqlite3.connect(settings().home / "atelier.db")) as database, database:
        database.execute(f'UPDATE moves SET "{field}" = ? WHERE entry = 1', [value])
    done = run("history", model)
    assert "The chain is NOT whole" in done.stdout or done.stderr.startswith("Error: Entry"), (done.stdout, done.stderr)


def test_the_history_says_that_its_chain_is_not_whole(model: str) -> None:
    edit_a_row(model)
    done = run("history", model)
    assert done.exit_code == 0
    assert "The chain is NOT whole. Entry 1: found hash " in done.stdout
    assert json.loads(run("history", model, "--json").stdout)["whole"] is False


def test_a_move_that_has_begun_is_told_and_is_no_alarm(model: str) -> None:
    last = store.history(model)[-1]
    entry = seal(replace(last.move, from_version=2, to_version=3, by="run-3"), 3, last.time + 1, last.hash)
    with engine(settings().database_url).begin() as connection:
        connection.execute(insert(INTENTS).values(model=model, hash=entry.hash, row=json.dumps(row_of(entry))))
    done = run("verify", model)
    assert done.exit_code == 0
    assert done.stdout.startswith("Under way: A move of fruit from version 2 to version 3 by run-3 has begun")


def test_the_status_tells_the_challenger_and_an_alias_that_was_moved_by_hand(model: str) -> None:
    assert "Attention" not in run("status", model).stdout
    name_challenger(model, 3)
    connect().set_registered_model_alias(model, "Production", "1")
    told = run("status", model).stdout
    assert "Version 3 (step 30) is the Challenger." in told
    assert "Attention: Version 1 of fruit is in production, the ledger says version 2" in told
    found = json.loads(run("status", model, "--json").stdout)
    assert (found["challenger"]["version"], found["production"]["version"]) == (3, 1)


def test_the_status_of_an_altered_ledger_is_told_all_the_same(model: str) -> None:
    edit_the_numbers(model)
    done = run("status", model)
    assert done.exit_code == 0
    assert "Attention: The ledger of fruit was altered: `python -m flows verify fruit`" in done.stdout


def test_two_versions_are_compared_by_number_or_alias(model: str) -> None:
    done = run("compare", model, "3", "Production")
    assert done.exit_code == 0
    assert max(map(len, done.stdout.splitlines()[:-3])) <= 80
    (row,) = json.loads(run("compare", model, "3", "Production", "--json").stdout)["scores"]
    assert (row["score"], row["method"], row["decided"]) == ("accuracy", "two intervals", False)
    assert row["difference"] == pytest.approx(0.01)
    assert row["enough"] == pytest.approx(5000, rel=0.01)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("compare", "1", "9"), 1, "Error: fruit has no version 9: `python -m flows status fruit` shows them."),
        (("compare", "1", "production"), 2, "Error: No alias is called 'production', expected Production."),
        (
            ("compare", "1", "Challenger"),
            1,
            "Error: No version of fruit is Challenger yet, expected one: name a version by its number.",
        ),
        (
            ("clean", "--keep", "0"),
            2,
            "Error: 0 versions of fruit would stay, expected at least 1: `--keep 1` or more.",
        ),
        (
            ("export", "--format", "pickle", "--to", "out"),
            2,
            "Error: No format is called 'pickle'. Known formats: diffusers, kohya, peft.",
        ),
    ],
)
def test_a_wrong_word_is_one_sentence(model: str, words: tuple[str, ...], code: int, sentence: str) -> None:
    done = run(words[0], model, *words[1:])
    assert (done.exit_code, done.stderr.strip()) == (code, sentence)


def test_cleaning_says_what_it_would_do_and_then_does_it(model: str, tmp_path: Path) -> None:
    config = read_config(settings().models, model, ())
    with open_run(config, "train", "2") as run_of_more:
        for step in (40, 50):
            register(config, run_of_more, RECIPE, make_checkpoint(tmp_path, step), "t2", "s1")
    said = run("clean", model, "--keep", "1", "--dry-run")
    assert said.exit_code == 0
    assert "Versions that would be archived in " in said.stdout
    assert not archive_of(model, 3).exists()
    found = json.loads(run("clean", model, "--keep", "1", "--json").stdout)
    assert (found["versions"], found["damaged"]) == ([3, 4], [])
    assert archive_of(model, 3).is_file()


def test_cleaning_leaves_what_is_damaged_and_says_so_with_its_exit_code(model: str) -> None:
    with open_run(read_config(settings().models, model, ()), "train", "2") as run_of_more:
        config = read_config(settings().models, model, ())
        register(config, run_of_more, RECIPE, make_checkpoint(settings().home, 40), "t2", "s1")
    (verified(connect().get_model_version(model, "3")).folder / "checkpoint" / "weights.txt").write_text("others")
    done = run("clean", model, "--keep", "1")
    assert done.exit_code == NOT_WHOLE
    assert "Left as they are, as their files are not what was registered: 3." in done.stdout


def test_an_adapter_is_exported_into_a_new_folder(home: Path, tmp_path: Path) -> None:
    config = starter_config()
    with open_run(config, "train", "1") as run_of_one:
        register(config, run_of_one, ADAPTERS, random_adapter(config, tmp_path / "a"), "t1", "s1")
    done = run("export", "starter", "--format", "peft", "--version", "1", "--to", str(tmp_path / "out"), "--json")
    assert done.exit_code == 0, done.stderr
    found = json.loads(done.stdout)
    assert str(tmp_path / "out" / "adapter_model.safetensors") in found["files"]
    assert all(Path(file).is_file() for file in found["files"])
    unserved = run("export", "starter", "--format", "peft", "--to", str(tmp_path / "other"))
    assert unserved.stderr.startswith("Error: No version of starter is Production yet")


@pytest.mark.parametrize("hand", [cut_the_file_in_half, delete_the_alias])
def test_the_next_move_mends_what_it_says_it_mends(model: str, hand: Callable[[str], None]) -> None:
    hand(model)
    assert run("verify", model).exit_code == NOT_WHOLE
    roll_back(model, 1, "A person saw it.")
    assert run("verify", model).exit_code == 0
