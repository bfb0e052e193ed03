"""Tests: a command is killed in the middle of a move, and the next one finishes or refuses it."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from registry import tags
from registry.aliases import aliases
from registry.client import connect
from registry.ledger.jsonl_copy import check_file
from registry.ledger.store import append, history, in_production, write_intent
from registry.ledger.verify import problem, verify
from registry.rollback import roll_back
from registry.settings import REPOSITORY
from tests.registry.conftest import MODEL, promote

MakeVersions = Callable[[int], list[int]]
Die = Callable[[str, str, int], None]

# Imports take seconds and are done once: each attempt is a fork of this process, which has no client yet.
DIE = """
import json, os, signal, sys
from components.core.records import Decision, Verdict
from registry.production import Promotion, move_production
from registry.rollback import roll_back

def end(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def attempt(command, point, version):
    def log(message):
        if point in message:
            end()
    if command == "rollback":
        return roll_back("toy", None, "It generates three shoes.", "dying-run", log=log)
    decision = Decision(version, Verdict.PROMOTE, "better", "Better.")
    better = end if point == "decided" else lambda _: decision
    smoke = end if point == "smoke" else lambda _: None
    move_production("toy", Promotion(version, "dying-run"), better, smoke, log)

for line in sys.stdin:
    home, *order = json.loads(line)
    child = os.fork()
    if child == 0:
        os.environ["ATELIER_HOME"] = home
        os.environ.pop("MLFLOW_TRACKING_URI", None)  # MLflow sets it where a client is made
        attempt(*order)
        sys.exit("The command did not die.")
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
POINTS = {  # where the command dies -> whether the next one completes the move
    "decided": False,
    "is announced": False,
    "smoke": False,
    "is in production": True,
    "is written": True,
    "is anchored": True,
}


@pytest.fixture(scope="module")
def dying() -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", DIE]
    with subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


@pytest.fixture
def die(home: Path, dying: "subprocess.Popen[str]") -> Callable[[str, str, int], None]:
    """Start a command that is killed at a point of its work."""

    def begin(command: str, point: str, version: int) -> None:
        assert dying.stdin is not None
        assert dying.stdout is not None
        dying.stdin.write(json.dumps([str(home), command, point, version]) + "\n")
        dying.stdin.flush()
        assert int(dying.stdout.readline()) == -signal.SIGKILL

    return begin


def require_clean(production: int) -> None:
    assert aliases(MODEL) == {"Production": production}
    assert in_production(history(MODEL)) == production
    assert (verify(MODEL), problem(MODEL), check_file(MODEL)) == ([], None, None)


@pytest.mark.parametrize("point", POINTS)
def test_a_promotion_that_is_repeated_after_a_kill_is_made_once(
    make_versions: MakeVersions, die: Die, point: str
) -> None:
    first, second = make_versions(2)
    promote(first)
    die("promote", point, second)
    assert not any(finding.alarm for finding in verify(MODEL))
    if point in {"is announced", "smoke", "is in production"}:
        assert "has begun and not ended" in str(problem(MODEL))
    promote(second, by="next-run")
    require_clean(second)
    attempts = [(str(entry.move.action), entry.move.by) for entry in history(MODEL)[1:]]
    tried = [("PROMOTE", "dying-run")] if POINTS[point] else [("REFUSED", "dying-run"), ("PROMOTE", "next-run")]
    assert attempts == (tried if point != "decided" else tried[1:])


@pytest.mark.parametrize("point", ["is announced", "is in production"])
def test_a_rollback_after_a_killed_one_does_not_go_back_twice(
    make_versions: MakeVersions, die: Die, point: str
) -> None:
    versions = make_versions(3)
    for version in versions:
        promote(version)
    die("rollback", point, 0)
    roll_back(MODEL, None, "It generates three shoes.", "next-run")
    require_clean(versions[1])


def test_the_next_command_finishes_one_that_died_between_the_two_tags_of_the_anchor(
    make_versions: MakeVersions,
) -> None:
    first, second = make_versions(2)
    begun = write_intent(promote(first).move)
    append(begun)
    connect().set_registered_model_tag(MODEL, tags.LEDGER_HEAD, begun.hash)
    assert [finding.alarm for finding in verify(MODEL)] == [False]
    promote(second)
    require_clean(second)
