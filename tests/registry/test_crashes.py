"""Tests: a command that is killed in the middle of a move, and the next one."""

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
from registry.ledger.store import announce, append, history, in_production
from registry.ledger.verify import problem, verify
from registry.rollback import roll_back
from registry.settings import REPOSITORY
from tests.registry.conftest import MODEL, promote

MakeVersions = Callable[[int], list[int]]
Die = Callable[[str, str, int], None]

# Imports take seconds, so that they are done once: each attempt is a child of this process, which knows no client yet.
DIE = """
import json, os, signal, sys
from components.core.records import Decision, Verdict
from registry.production import Offer, move_production
from registry.rollback import roll_back

def end(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def attempt(command, point, version):
    def tell(sentence):
        if point in sentence:
            end()
    if command == "rollback":
        return roll_back("toy", None, "It draws three shoes.", "dying-run", tell=tell)
    decision = Decision(version, Verdict.PROMOTE, "better", "Better.")
    better = end if point == "decided" else lambda _: decision
    smoke = end if point == "smoke" else lambda _: None
    move_production("toy", Offer(version, "dying-run"), better, smoke, tell)

for line in sys.stdin:
    home, *order = json.loads(line)
    child = os.fork()
    if child == 0:
        os.environ["ATELIER_HOME"] = home
        os.environ.pop("MLFLOW_TRACKING_URI", None)  # MLflow sets it where a client is made
        attempt(*order)
        sys.exit("It has not died.")
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
POINTS = {  # where the command dies -> whether the next one finds it done
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
    """Begin a command that is killed at a point of its work."""

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
def test_the_same_promotion_after_a_kill_is_done_once(make_versions: MakeVersions, die: Die, point: str) -> None:
    first, second = make_versions(2)
    promote(first)
    die("promote", point, second)
    assert not any(finding.alarm for finding in verify(MODEL))
    if point in {"is announced", "smoke", "is in production"}:
        assert "has begun and not ended" in str(problem(MODEL))
    promote(second, by="next-run")
    require_clean(second)
    said = [(str(entry.move.action), entry.move.by) for entry in history(MODEL)[1:]]
    tried = [("PROMOTE", "dying-run")] if POINTS[point] else [("REFUSED", "dying-run"), ("PROMOTE", "next-run")]
    assert said == (tried if point != "decided" else tried[1:])


@pytest.mark.parametrize("point", ["is announced", "is in production"])
def test_a_rollback_after_a_killed_one_does_not_go_back_twice(
    make_versions: MakeVersions, die: Die, point: str
) -> None:
    versions = make_versions(3)
    for version in versions:
        promote(version)
    die("rollback", point, 0)
    roll_back(MODEL, None, "It draws three shoes.", "next-run")
    require_clean(versions[1])


def test_a_command_that_died_between_the_two_tags_of_the_anchor_is_ended(make_versions: MakeVersions) -> None:
    first, second = make_versions(2)
    begun = announce(promote(first).move)
    append(begun)
    connect().set_registered_model_tag(MODEL, tags.LEDGER_HEAD, begun.hash)
    assert [finding.alarm for finding in verify(MODEL)] == [False]
    promote(second)
    require_clean(second)
