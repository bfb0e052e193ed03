"""Tests: `replay-decisions` makes kept decisions again; `status` and `history` show the last ones."""

import json

import pytest
from sqlalchemy import update

from registry.database import engine
from registry.retrainings import write_outcome
from registry.settings import settings
from registry.tables import RETRAININGS
from tests.flows.command_line import run
from tests.registry.test_retrainings import FACTS, finish, keep

pytestmark = pytest.mark.usefixtures("command_environment")

ALTERED = 4


def test_the_same_answers_exit_with_0(served: str) -> None:
    for reason in ("schedule", "drift", ""):
        keep(FACTS, model=served, reason=reason)
    done = run("replay-decisions", served)
    assert done.exit_code == 0
    assert done.stdout.count("the same") == 4
    assert done.stdout.splitlines()[-1] == "3 decisions on fruit made again: the same answers."
    found = json.loads(run("replay-decisions", served, "--json").stdout)
    assert (found["model"], found["same"], len(found["decisions"])) == (served, True, 3)
    first = found["decisions"][0]
    assert (first["facts"]["new_rows"], first["policy"]["retrain"]["fruitless"]) == (400, 3)
    assert first["again"] == {name: first[name] for name in ("action", "rule", "sentence")}


def test_another_answer_and_unreadable_inputs_exit_with_4_and_are_named(served: str) -> None:
    keep(FACTS, model=served)
    keep(FACTS, model=served)
    with engine(settings().database_url).begin() as connection:
        connection.execute(update(RETRAININGS).where(RETRAININGS.c.entry == 1).values(rule="age"))
        connection.execute(update(RETRAININGS).where(RETRAININGS.c.entry == 2).values(facts="{", time=0.0))
    done = run("replay-decisions", served)
    assert done.exit_code == ALTERED
    printed = " ".join(done.stdout.split())
    assert "Decision 1 of fruit was START (age): Drift: colour changed. Its inputs now give START (drift)" in printed
    assert "The facts of decision 2 of fruit cannot be read" in printed
    assert "2 decisions on fruit made again: 2 not as kept." in printed
    found = json.loads(run("replay-decisions", served, "--json").stdout)
    assert [(row["same"], row["again"] is None) for row in found["decisions"]] == [(False, False), (False, True)]
    for command in ("status", "history"):
        assert run(command, served).exit_code == 0


def test_a_model_without_decisions_says_so(toy: str) -> None:
    done = run("replay-decisions", toy)
    assert (done.exit_code, done.stdout) == (0, "Nothing was decided on retraining fruit yet.\n")
    assert json.loads(run("status", toy, "--json").stdout)["retraining"] is None


def test_status_and_history_show_the_last_decisions_and_their_outcome(served: str) -> None:
    finish(keep(FACTS, time=1.8e9, model=served, reason="schedule"), benefit=False)
    line = (
        "Retraining: START (drift), 2027-01-15 08:00 UTC, asked by the schedule: Drift: colour changed. "
        "Nothing was promoted."
    )
    assert line in " ".join(run("status", served).stdout.split())
    assert line in " ".join(run("history", served).stdout.split())
    (kept,) = json.loads(run("history", served, "--json").stdout)["retrainings"]
    assert kept == json.loads(run("status", served, "--json").stdout)["retraining"]
    assert kept["outcome"]["promoted"] is None


@pytest.mark.parametrize(
    ("benefit", "sentence"),
    [
        (True, "Version 2 was promoted, clearly better than the one before."),
        (False, "Version 2 was promoted, not clearly better than the one before."),
        (None, "Version 2 was promoted; its benefit was not measured."),
    ],
)
def test_the_outcome_says_the_benefit_if_it_was_measured(served: str, benefit: bool | None, sentence: str) -> None:
    write_outcome(keep(FACTS, model=served), {"versions": [2], "promoted": 2, "entry": None, "benefit": benefit})
    assert sentence in " ".join(run("history", served).stdout.split())


@pytest.mark.parametrize(("against", "named"), [("base", "the base model"), ("1", "version 1")])
def test_the_outcome_says_what_the_promoted_version_is_better_than(served: str, against: str, named: str) -> None:
    kept = {"versions": [2], "promoted": 2, "entry": None, "benefit": True, "against": against}
    write_outcome(keep(FACTS, model=served), kept)
    assert f"Version 2 was promoted, clearly better than {named}." in " ".join(run("history", served).stdout.split())


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--reason", "weather"),
            "Error: 'weather' is no reason for a lifecycle, expected schedule, drift, or nothing",
        ),
        (("--reason", "drift"), "Error: The reason is drift, without a report, expected the MLflow run of `monitor`"),
        (("--report", "r1"), "Error: A report was given with the reason a person's, expected the reason drift."),
    ],
)
def test_a_wrong_reason_is_refused_before_prefect_starts(toy: str, words: tuple[str, ...], sentence: str) -> None:
    done = run("lifecycle", toy, *words)
    assert done.exit_code == 2
    assert done.stderr.strip().startswith(sentence)
