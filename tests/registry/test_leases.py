"""Tests: leases are renewed, released and claimed, and tell which processes died; on SQLite and PostgreSQL."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import update

from registry import leases
from registry.lease_rows import State, change, find
from registry.leases import (
    EXPIRY_SECONDS,
    PROGRESS_SECONDS,
    add,
    claim,
    interrupt,
    lapsed,
    note,
    release,
    renew,
    restarts_of,
    still_lapsed,
)
from registry.tables import LEASES
from tests.registry.work import MODEL, dead_lease, elsewhere, work


@pytest.fixture(params=["sqlite", "postgresql"], autouse=True)
def database(request: pytest.FixtureRequest, bare_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "postgresql":
        monkeypatch.setenv("ATELIER_DATABASE_URL", str(request.getfixturevalue("new_postgresql")()))


def test_a_lease_keeps_what_the_work_is_and_who_does_it() -> None:
    lease = add(work("lifecycle", parameters={"model": MODEL, "overrides": ["a.b=1"]}, deployment="d"), State.HELD)
    note(lease, run="mlflow-run")
    (found,) = find()
    assert (found.work, found.process, found.run) == (lease.work, lease.process, "mlflow-run")
    assert lapsed() == []
    release(lease, finished=True)
    assert find() == []


def test_the_lease_of_a_dead_process_lapses_at_once_and_that_of_a_living_one_never() -> None:
    add(work(), State.HELD)
    dead = dead_lease()
    assert [lease.id for lease in lapsed(time.time() + 10 * EXPIRY_SECONDS)] == [dead.id]


def test_the_lease_of_another_machine_lapses_when_it_is_not_renewed() -> None:
    far = add(work(), State.HELD, elsewhere())
    assert lapsed() == []
    assert [lease.id for lease in lapsed(far.renewed + EXPIRY_SECONDS + 1)] == [far.id]


def test_a_second_look_spares_a_process_of_another_machine_that_renewed_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leases, "SECOND_LOOK_SECONDS", 0.01)
    silent, alive = (add(work(), State.HELD, elsewhere()) for _ in range(2))
    assert renew(alive)
    assert (still_lapsed(silent), still_lapsed(alive)) == (True, False)


def test_only_the_holder_renews_and_releases() -> None:
    handed = work()
    submitted = add(handed, State.SUBMITTED)
    taken = add(handed, State.HELD, elsewhere())
    assert taken.id == submitted.id
    assert not renew(submitted)
    release(submitted, finished=False)
    assert [lease.process for lease in find()] == [elsewhere()]


def test_of_many_that_claim_a_lease_one_gets_it() -> None:
    dead = dead_lease()
    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(claim, [dead] * 8)) == [False] * 7 + [True]
    assert lapsed() == []


def test_a_claim_of_a_reaper_that_died_is_taken_over() -> None:
    assert claim(dead_lease())
    (left,) = lapsed(time.time() + leases.CLAIM_SECONDS + 1)
    assert claim(left)


def test_a_lease_that_was_taken_away_can_be_renewed_no_more() -> None:
    lease = add(work(), State.HELD)
    claim(lease)
    assert not renew(lease)


def test_interrupted_work_lapses_with_the_reason_once_its_process_has_ended() -> None:
    interrupt(add(work(), State.HELD), "It may try again by itself.")
    assert lapsed() == []
    interrupt(dead_lease(), "Terminated by the worker.")
    assert [lease.error for lease in lapsed()] == ["Terminated by the worker."]


def test_a_run_that_is_tried_again_takes_over_the_lease_of_its_earlier_attempt() -> None:
    again = work()
    interrupt(dead_lease(again), "MLflow did not answer.")
    lease = add(again, State.HELD)
    assert [(found.id, found.state, found.error) for found in find()] == [(lease.id, State.HELD, "")]
    assert lapsed() == []


def test_restarts_in_a_row_are_counted_and_an_hour_of_work_starts_anew() -> None:
    lease = dead_lease()
    for expected in (1, 2, 3):
        note(lease, state=State.DEAD, successor="next")
        lease = dead_lease(work(flow_run="next"))
        assert restarts_of(lease) == expected
        change(update(LEASES).where(LEASES.c.successor == "next").values(successor=""))
    note(lease, state=State.DEAD, successor="next")
    change(update(LEASES).where(LEASES.c.id == lease.id).values(started=lease.renewed - PROGRESS_SECONDS))
    assert restarts_of(dead_lease(work(flow_run="next"))) == 1


def test_finished_work_makes_the_dead_ones_before_it_no_concern() -> None:
    for flow in ("train", "evaluate"):
        note(dead_lease(work(flow)), state=State.DEAD)
    release(add(work("train"), State.HELD), finished=True)
    assert [lease.work.flow for lease in find(LEASES.c.state == State.DEAD)] == ["evaluate"]
    release(add(work("lifecycle"), State.HELD), finished=True)
    assert find(LEASES.c.state == State.DEAD) == []
