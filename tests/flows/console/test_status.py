"""Tests: `status` names the Challenger, and problems of alias and ledger."""

import json

import pytest

from registry.aliases import set_challenger
from registry.client import connect
from registry.settings import settings
from tests.flows.command_line import run
from tests.flows.commands.tampering import edit_the_numbers

pytestmark = pytest.mark.usefixtures("command_environment")


def test_status_names_the_challenger_and_an_alias_that_was_moved_by_hand(served: str) -> None:
    assert "Attention" not in run("status", served).stdout
    set_challenger(served, 3)
    connect().set_registered_model_alias(served, "Production", "1")
    printed = run("status", served).stdout
    assert "Version 3 (step 30) is the Challenger." in printed
    assert "Attention: Version 1 of fruit is in production, the ledger says version 2" in printed
    found = json.loads(run("status", served, "--json").stdout)
    assert (found["challenger"]["version"], found["production"]["version"]) == (3, 1)


def test_status_still_prints_the_versions_when_the_ledger_was_altered(served: str) -> None:
    edit_the_numbers(served)
    done = run("status", served)
    assert done.exit_code == 0
    assert "Attention: The ledger of fruit was altered: `python -m flows verify fruit`" in done.stdout


def test_status_says_when_flows_run_next_or_why_they_do_not(served: str) -> None:
    assert "Schedule: none. fruit.yaml has no schedule." in run("status", served).stdout
    path = settings().models / f"{served}.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}schedule: {{lifecycle: 0 3 * * mon, time_zone: Europe/Lisbon}}\n", encoding="utf-8")
    try:
        printed = run("status", served).stdout
    finally:
        path.write_text(text, encoding="utf-8")  # other tests share the file
    assert "Schedule: lifecycle next on Mon " in printed
    assert ", 03:00 (at 03:00 on Monday), time zone Europe/Lisbon." in " ".join(printed.split("\n"))
