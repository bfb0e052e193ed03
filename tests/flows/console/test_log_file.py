"""Tests: each command has a log file with its lines and tracebacks, without passwords, and old ones are deleted."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.console.lines import say
from flows.console.log_file import KEPT, add_libraries, close_log, log_path, name_log, open_log, write_error
from tests.flows.command_line import run


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    close_log()


def test_the_file_is_named_after_command_model_and_time_and_is_made_by_the_first_line(bare_home: Path) -> None:
    name_log("train")
    open_log("starter")
    assert not list((bare_home / "logs").iterdir())
    say("train: begins")
    (file,) = (bare_home / "logs").iterdir()
    assert re.fullmatch(r"train-starter-\d{8}-\d{6}-\d{6}\.log", file.name)
    assert re.search(r"\[\d\d:\d\d(:\d\d)?\] train: begins\n$", file.read_text())


def test_tracebacks_and_errors_of_libraries_are_in_it_but_no_passwords(bare_home: Path) -> None:
    open_log("starter")
    add_libraries()
    logging.getLogger("a.library").error("no answer from http://me:secret@example.org")
    try:
        raise ValueError("no answer from postgresql://me:secret@example.org/db")
    except ValueError as error:
        path = write_error(error)
    assert path is not None
    text = path.read_text()
    assert "Traceback (most recent call last)" in text
    assert "http://***@example.org" in text
    assert "secret" not in text


def test_old_logs_of_commands_are_deleted_and_those_of_servers_are_kept(bare_home: Path) -> None:
    logs = bare_home / "logs"
    logs.mkdir(parents=True)
    for number in range(KEPT + 20):
        (logs / f"train-starter-20260101-000000-{number:06}.log").write_text("")
    (logs / "mlflow-server.log").write_text("")
    open_log("starter")
    say("begins")
    left = sorted(path.name for path in logs.glob("*-starter-*"))
    assert (len(left), left[0]) == (KEPT, "train-starter-20260101-000000-000021.log")
    assert (logs / "mlflow-server.log").exists()


def test_without_a_command_nothing_is_written(bare_home: Path) -> None:
    say("begins")
    assert log_path() is None
    assert write_error(ValueError("oh")) is None
    assert not bare_home.exists()


@pytest.mark.usefixtures("command_environment")
def test_an_error_of_a_command_is_in_its_log(toy: str, bare_home: Path) -> None:
    assert run("train", toy, "--snapshot", "nothing").exit_code == 1
    (file,) = (bare_home / "logs").glob(f"train-{toy}-*.log")
    text = file.read_text()
    assert "train: begins" in text
    assert "Traceback (most recent call last)" in text
    assert "There is no snapshot" in text or "No snapshot in" in text
