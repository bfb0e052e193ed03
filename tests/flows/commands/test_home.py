"""Tests: the commands on the folder of all state."""

import json
from pathlib import Path

import pytest

from registry.settings import settings
from tests.flows.command_line import run

WRONG_USAGE = 2

pytestmark = pytest.mark.usefixtures("command_environment")


def test_where_prints_the_address_of_the_database_and_nothing_else(home: Path) -> None:
    assert run("where").stdout == f"sqlite:///{home}/mlflow.db\n"
    assert json.loads(run("where", "--json").stdout) == {
        "tracking_uri": f"sqlite:///{home}/mlflow.db",
        "home": str(home),
        "models": str(settings().models),
    }


@pytest.mark.parametrize("command", ["where", "doctor", "relocate"])
def test_without_a_home_no_database_is_made(bare_home: Path, command: str) -> None:
    done = run(command)
    assert done.exit_code == WRONG_USAGE
    assert done.stderr.startswith(f"Error: There is no home in {bare_home}, expected ")
    assert not bare_home.exists()


def test_a_copied_home_is_examined_and_relocated(
    after_lifecycle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = settings().home
    former.rename(tmp_path / "moved")
    monkeypatch.setenv("ATELIER_HOME", str(tmp_path / "moved"))
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    counted = json.loads(run("relocate", "--dry-run", "--json").stdout)
    assert (counted["former"], counted["copied"], counted["dry_run"]) == (str(former), False, True)
    assert "would be changed" in counted["sentence"]
    done = json.loads(run("relocate", "--json").stdout)
    assert done["paths"] == counted["paths"] > 0
    assert run("relocate").stdout == f"All paths of {tmp_path / 'moved'} are right: nothing was changed.\n"
    found = json.loads(run("doctor", "--json").stdout)
    machine = {"disk", "memory", "versions", "device"}
    assert [complaint for complaint in found["complaints"] if complaint["part"] not in machine] == []
    assert {line["state"] for line in found["lines"]} <= {"OK", "note", "problem"}
    assert run("verify", after_lifecycle).exit_code == 0


def test_the_doctor_exits_with_1_if_anything_is_wrong(home: Path) -> None:
    (home / "servers.json").write_text("{}")
    done = run("doctor")
    assert done.exit_code == 1
    assert "problem  servers: " in done.stdout
    assert "delete it, or run `make ui`." in done.stdout
