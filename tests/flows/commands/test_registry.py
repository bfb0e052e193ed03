"""Tests: the commands on versions and the ledger, also after something was altered by hand."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert

from components.data.snapshots import read_snapshot
from components.recipes import read_config
from registry.archive import archive_of
from registry.client import connect
from registry.database import engine
from registry.ledger import store
from registry.ledger.entries import row_of, seal
from registry.ledger.jsonl_copy import ledger_file
from registry.rollback import roll_back
from registry.settings import settings
from registry.tables import INTENTS
from registry.tracking import open_run
from registry.version_files import verified_files
from registry.versions import register
from tests.flows.command_line import run
from tests.flows.commands.tampering import (
    add_a_file_to_the_snapshot,
    compute_the_chain_anew,
    cut_the_file_in_half,
    cut_the_tail,
    delete_the_alias,
    delete_the_snapshot,
    delete_the_weights,
    edit_a_row,
    edit_a_table_of_the_snapshot,
    edit_the_numbers,
    exchange_a_file_of_the_snapshot,
    flip_a_bit_in_the_weights,
)
from tests.registry.conftest import make_checkpoint
from tests.registry.starters import random_adapter, starter_config
from tests.registry.toy_recipe import ADAPTERS, RECIPE

ALTERED = 4  # as docs/registry.md says

pytestmark = pytest.mark.usefixtures("command_environment")


def test_verify_prints_the_last_hash_of_a_whole_ledger(served: str) -> None:
    done = run("verify", served)
    assert done.exit_code == 0
    head = store.head(served)
    folder = verified_files(connect().get_model_version(served, "2")).folder
    assert folder.is_relative_to(settings().home)
    assert done.stdout == (
        f"The ledger of fruit is whole: 2 entries, the last has hash {head}; its file, the alias, the files of "
        f"versions with an alias (2) and their snapshots ({snapshot_of(served)}) agree.\nFiles of version 2: {folder}\n"
    )


def snapshot_of(model: str) -> str:
    return read_snapshot(settings().snapshots(model)).digest


def test_verify_passes_for_a_model_that_was_never_trained(toy: str) -> None:
    done = run("verify", toy, "--json")
    assert (done.exit_code, json.loads(done.stdout)["whole"]) == (0, True)


@pytest.mark.parametrize(
    ("alter", "part", "found", "what_to_do"),
    [
        (edit_a_row, "ledger", "Entry 1: found hash ", "`python -m flows restore fruit --reason ...` puts it back"),
        (cut_the_tail, "ledger", "Entry 2: found an end after 1 entries", "puts it back; until then"),
        (compute_the_chain_anew, "ledger", "Entry 2: found hash ", "until then nothing is moved."),
        (edit_the_numbers, "ledger", "Entry 2: found hash ", "puts it back; until then"),
        (cut_the_file_in_half, "file", "is cut in half at line 2", "the next promote or rollback writes it anew"),
        (delete_the_alias, "alias", "Nothing of fruit is in production, the ledger says version 2", "writes that down"),
        (flip_a_bit_in_the_weights, "weights", "Version 2 of fruit: ", "restore the folder from a copy"),
        (delete_the_weights, "weights", "Version 2 of fruit: ", "restore the folder from a copy"),
        (exchange_a_file_of_the_snapshot, "snapshot", "is damaged (validation/1.txt is changed)", "run `ingest` again"),
        (add_a_file_to_the_snapshot, "snapshot", "is damaged (validation/2.txt was added)", "run `ingest` again"),
        (edit_a_table_of_the_snapshot, "snapshot", "is damaged (its tables have the digest ", "run `ingest` again"),
        (
            delete_the_snapshot,
            "snapshot",
            " of version 2 of fruit is not in ",
            "restore it from a copy, or run `ingest`",
        ),
    ],
)
def test_verify_says_what_was_altered_and_what_to_do(
    served: str, alter: Callable[[str], None], part: str, found: str, what_to_do: str
) -> None:
    alter(served)
    done = run("verify", served)
    assert done.exit_code == ALTERED
    (sentence,) = done.stdout.splitlines()
    assert found in sentence
    assert what_to_do in sentence
    check = json.loads(run("verify", served, "--json").stdout)
    assert [(remark["part"], remark["alarm"]) for remark in check["remarks"]] == [(part, True)]
    assert check["whole"] is False


def test_restore_repairs_an_altered_ledger(served: str) -> None:
    compute_the_chain_anew(served)
    kept = json.loads(ledger_file(served).read_text().splitlines()[-1])["hash"]
    printed = " ".join(run("verify", served, "--kept", kept).stdout.split())
    assert f"no entry with hash {kept[:12]}" in printed
    done = run("restore", served, "--reason", "A row was edited.", "--json")
    assert (done.exit_code, json.loads(done.stdout)["entry"]["entry"]) == (0, 3)
    assert run("verify", served, "--kept", kept).exit_code == 0
    assert run("restore", served, "--reason", "Again.").stdout == "The ledger of fruit is whole: nothing was done.\n"


def test_a_move_under_way_is_reported_and_is_no_alarm(served: str) -> None:
    last = store.history(served)[-1]
    entry = seal(replace(last.move, from_version=2, to_version=3, by="run-3"), 3, last.time + 1, last.hash)
    with engine(settings().database_url).begin() as connection:
        connection.execute(insert(INTENTS).values(model=served, hash=entry.hash, row=json.dumps(row_of(entry))))
    done = run("verify", served)
    assert done.exit_code == 0
    assert done.stdout.startswith("Under way: A move of fruit from version 2 to version 3 by run-3 has begun")


def test_two_versions_are_compared_by_number_or_alias(served: str) -> None:
    done = run("compare", served, "3", "Production")
    assert done.exit_code == 0
    table, _, _ = done.stdout.partition("A promotion is decided by")
    assert max(map(len, table.splitlines())) <= 80
    (row,) = json.loads(run("compare", served, "3", "Production", "--json").stdout)["scores"]
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
            "Error: No version of fruit is Challenger yet, expected one: `python -m flows status fruit` shows its "
            "versions, `python -m flows promote fruit` decides on them.",
        ),
        (
            ("clean", "--keep", "0"),
            2,
            "Error: 0 versions of fruit would stay, expected at least 1: `--keep 1` or more.",
        ),
        (
            ("export", "--format", "pickle", "--to", "out"),
            2,
            "Error: No format is called 'pickle'. Known formats: text.",
        ),
    ],
)
def test_a_wrong_argument_is_an_error_in_one_sentence(
    served: str, words: tuple[str, ...], code: int, sentence: str
) -> None:
    done = run(words[0], served, *words[1:])
    assert (done.exit_code, done.stderr.strip()) == (code, sentence)


def test_clean_prints_what_it_would_archive_and_then_archives_it(served: str, tmp_path: Path) -> None:
    config = read_config(settings().models, served, ())
    with open_run(config, "train", "2") as run_of_more:
        for step in (40, 50):
            register(config, run_of_more, RECIPE, make_checkpoint(tmp_path, step), "t2", "s1")
    dry = run("clean", served, "--keep", "1", "--dry-run")
    assert dry.exit_code == 0
    assert "Versions that would be archived in " in dry.stdout
    assert not archive_of(served, 3).exists()
    found = json.loads(run("clean", served, "--keep", "1", "--json").stdout)
    assert (found["versions"], found["damaged"]) == ([3, 4], [])
    assert archive_of(served, 3).is_file()


def test_clean_skips_a_damaged_version_and_exits_with_4(served: str) -> None:
    with open_run(read_config(settings().models, served, ()), "train", "2") as run_of_more:
        config = read_config(settings().models, served, ())
        register(config, run_of_more, RECIPE, make_checkpoint(settings().home, 40), "t2", "s1")
    (verified_files(connect().get_model_version(served, "3")).folder / "checkpoint" / "weights.txt").write_text(
        "others"
    )
    done = run("clean", served, "--keep", "1")
    assert done.exit_code == ALTERED
    assert "Skipped, because their files are not what was registered: 3." in done.stdout


def test_export_writes_an_adapter_into_a_new_folder(home: Path, tmp_path: Path) -> None:
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


@pytest.mark.parametrize("alter", [cut_the_file_in_half, delete_the_alias])
def test_the_next_move_repairs_what_verify_says_it_repairs(served: str, alter: Callable[[str], None]) -> None:
    alter(served)
    assert run("verify", served).exit_code == ALTERED
    roll_back(served, 1, "A person saw it.")
    assert run("verify", served).exit_code == 0
