"""Tests: one process at a time works on a model, the device has its places, and what is cut short is left to `reap`."""

import subprocess
import sys
import threading
import time
from contextlib import suppress

import pytest

from components.core.errors import DataError, UnavailableError
from registry import held_lease
from registry.held_lease import hold
from registry.lease_rows import State, Work, find
from registry.leases import claim, lapsed
from registry.locking.records import LockedError
from registry.settings import REPOSITORY, settings
from tests.registry.work import MODEL, dead_lease, work

HOLD = """
import sys, time
from registry.held_lease import hold
from registry.lease_rows import Work
with hold(Work("toy", sys.argv[1], "1"), False, print, print):
    print("held", flush=True)
    time.sleep(60)
"""

pytestmark = pytest.mark.usefixtures("bare_home")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_lease, "POLL_SECONDS", 0.02)
    monkeypatch.setattr(held_lease, "BEAT_SECONDS", 0.05)


def ignore(*_: object) -> None:
    """Do nothing."""


def start(flow: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", HOLD, flow]
    process = subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_is_refused_and_told_who_works_on_the_model_until_that_one_dies() -> None:
    with start("train") as first:
        sentence = f"^toy is being worked on by train, process {first.pid} since 20.*: wait until that process ends"
        with pytest.raises(LockedError, match=sentence), hold(work("evaluate"), False, ignore, ignore):
            pass
        with hold(work("rollback"), False, ignore, ignore), hold(work("ingest", "other"), False, ignore, ignore):
            pass  # neither an emergency nor another model waits
        first.kill()
    with hold(work("evaluate"), False, ignore, ignore) as lease:
        assert [dead.process.pid for dead in lapsed()] == [first.pid]
        assert {other.id for other in find()} > {lease.id}


def test_a_run_of_a_deployment_waits_and_says_for_whom() -> None:
    said: list[str] = []
    with start("ingest") as first:

        def waits(error: LockedError) -> None:
            said.append(str(error))
            first.kill()

        with hold(work("train"), True, waits, ignore):
            pass
    assert said[0].startswith(f"toy is being worked on by ingest, process {first.pid}")


def test_a_lock_that_was_lost_with_its_database_does_not_let_a_second_one_in() -> None:
    with start("train") as first:
        for file in settings().home.glob("*.locks/work-*.lock"):
            file.unlink()
        with (
            pytest.raises(LockedError, match=f"is being worked on by train, process {first.pid}"),
            hold(work("train"), False, ignore, ignore),
        ):
            pass
        first.kill()


def most_at_once(models: int = 3) -> int:
    """Return how many of several trainings were inside at once; each waits there until the others had time to come."""
    inside: list[str] = []
    most: list[int] = []

    def run(model: str) -> None:
        with hold(Work(model, "train", ""), False, ignore, ignore):
            inside.append(model)
            time.sleep(0.5)
            most.append(len(inside))
            inside.remove(model)

    threads = [threading.Thread(target=run, args=(f"model-{number}",)) for number in range(models)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == models
    return max(most)


def test_models_take_turns_on_the_device_and_as_many_as_there_are_places_are_in_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert most_at_once() == 1
    monkeypatch.setenv("ATELIER_DEVICE_RUNS", "2")
    assert most_at_once() <= 2
    for places in ("2", "0"):
        monkeypatch.setenv("ATELIER_DEVICE_RUNS", places)
        with hold(work("train", "a"), False, ignore, ignore), hold(work("train", "b"), False, ignore, ignore):
            pass  # with one place, the second would wait for ever


@pytest.mark.parametrize(
    ("error", "deployment", "left"),
    [
        (DataError("The catalogue is empty"), "d", []),  # to repeat it would fail again
        (UnavailableError("MLflow does not answer"), "d", [State.INTERRUPTED]),
        (KeyboardInterrupt(), "d", [State.INTERRUPTED]),
        (KeyboardInterrupt(), "", []),  # a person does it again
        (UnavailableError("MLflow does not answer"), "", []),
    ],
)
def test_what_is_cut_short_is_left_to_reap_if_a_deployment_can_repeat_it(
    error: BaseException, deployment: str, left: list[State]
) -> None:
    with suppress(type(error)), hold(work(deployment=deployment), False, ignore, ignore):
        raise error
    assert [lease.state for lease in find()] == left


def test_a_lease_is_renewed_and_its_loss_is_told() -> None:
    lost = threading.Event()
    with hold(work(), False, ignore, lost.set) as lease:
        time.sleep(0.2)
        (now,) = find()
        assert now.renewed > lease.renewed
        assert any(claim(find()[0]) for _ in range(50))  # it fails if the lease is renewed just before
        assert lost.wait(2)


def test_the_lease_of_a_dead_process_of_this_machine_holds_up_nobody() -> None:
    dead_lease(work("lifecycle", MODEL))
    with hold(work("train"), False, ignore, ignore):
        pass
