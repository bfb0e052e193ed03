"""Tests: `deploy` says what it changed, and `deploy` and `serve` need a server."""

import json
from pathlib import Path

import pytest
import yaml
from prefect.settings import PREFECT_API_URL

from flows.deployments import TABLE, takes_model
from registry.settings import settings
from tests.flows.command_line import run


@pytest.fixture
def on_server(toy: str, command_environment: None, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("PREFECT_API_URL", str(PREFECT_API_URL.value()))
    return toy


def test_deploy_prints_what_it_changes_and_a_second_one_changes_nothing(on_server: str) -> None:
    first = run("deploy", "--prune", "--json")
    assert first.exit_code == 0, first.output
    found = json.loads(first.stdout)
    names = {change["name"] for change in found["changes"] if change["kind"] == "deployment"}
    assert {f"{row.name}/{on_server}" for row in TABLE if takes_model(row.load())} | {"reap/reap"} <= names
    assert found["unscheduled"] == [f"{on_server}.yaml has no schedule."]
    again = run("deploy")
    assert again.exit_code == 0, again.output
    assert f"{len(TABLE)} deployments ({len(TABLE)} unchanged), 5 automations (4 left out, 1 unchanged)" in again.stdout
    assert f"Without a schedule: {on_server}.yaml has no schedule." in again.stdout


def test_a_wrong_schedule_is_one_sentence_and_nothing_is_deployed(on_server: str) -> None:
    path = settings().models / f"{on_server}.yaml"
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**fields, "schedule": {"monitor": "6 o'clock"}}), encoding="utf-8")
    done = run("deploy")
    assert (done.exit_code, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(
        'Error: fruit.yaml: schedule.monitor: "6 o\'clock" is no cron expression, expected five fields'
    )


@pytest.mark.parametrize("command", ["deploy", "serve"])
def test_without_a_server_it_is_said_how_to_start_one(
    command: str, toy: str, command_environment: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    done = run(command)
    assert done.exit_code == 1
    assert done.stderr.strip() == (
        "Error: No Prefect server answers: run `make ui` in another terminal, or set PREFECT_API_URL."
    )


def test_only_the_file_is_written_without_a_server(tmp_path: Path, toy: str, command_environment: None) -> None:
    done = run("deploy", "--file", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["changes"] == []
