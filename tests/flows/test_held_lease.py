"""Tests: the parts of a lifecycle work under its lease, and a second process on the same model is told who works."""

import os
from pathlib import Path

import pytest
from prefect import flow
from prefect.client.orchestration import get_client

from flows.held_lease import hold_lease, leased
from flows.ingest import ingest
from flows.lifecycle import lifecycle
from flows.train import train
from registry import held_lease, tags
from registry.client import connect
from registry.lease_rows import Lease, State, Work, find
from registry.locking.lock import lock_work
from registry.locking.records import LockedError
from registry.tracking import _start
from tests.flows.traces import runs
from tests.registry.work import dead_lease


def test_all_parts_of_a_lifecycle_have_one_lease_which_is_gone_at_the_end(after_lifecycle: str) -> None:
    parts = [run for part in ("ingest", "train", "evaluate", "promote") for run in runs(after_lifecycle, part)]
    leases = {run.data.tags[tags.LEASE] for run in parts}
    assert len(leases) == 1
    assert find() == []


def test_a_lease_knows_the_flow_run_its_parameters_and_its_mlflow_run(toy: str) -> None:
    seen: list[Lease] = []

    @flow(name="train")
    @leased
    def outer(model: str, overrides: list[str] | None = None) -> None:
        ingest(model)
        seen.extend(find())

    outer(toy, overrides=["train.steps=2"])
    (lease,) = seen
    with get_client(sync_client=True) as client:
        run = next(run for run in client.read_flow_runs() if str(run.id) == lease.work.flow_run)
    assert (lease.work.flow, lease.work.model, lease.state) == ("outer", toy, State.HELD)
    assert lease.work.parameters == run.parameters == {"model": toy, "overrides": ["train.steps=2"]}
    assert connect().get_run(lease.run).data.tags["flow"] == "ingest"
    assert lease.process.pid == os.getpid()


@pytest.mark.parametrize("part", [lifecycle, train, ingest])
def test_a_flow_on_a_model_that_another_one_works_on_is_refused_with_who_that_is(toy: str, part: object) -> None:
    sentence = f"^{toy} is being worked on by lifecycle, process {os.getpid()} since 20.*: wait until that process ends"
    with lock_work(toy, "lifecycle"), pytest.raises(LockedError, match=sentence):
        part(toy)  # type: ignore[operator]
    assert find() == []


def test_the_lease_of_another_model_is_not_shared(toy: str, monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(held_lease, "ON_DEVICE", frozenset())
    with hold_lease(toy, "lifecycle") as outer, hold_lease(toy, "train") as same, hold_lease("other", "train") as other:
        assert same.id == outer.id
        assert other.id != outer.id


def test_the_next_command_on_a_model_ends_the_runs_of_a_killed_one(toy: str) -> None:
    lease = dead_lease(Work(toy, "ingest", "", "", f"atelier ingest {toy}"))
    left = _start(toy, {tags.FLOW: "ingest", tags.LEASE: lease.id}).id
    of_a_deployment = dead_lease(Work(toy, "train", "", "d"))  # `make worker` repeats that
    ingest(toy)
    ended = connect().get_run(left)
    assert ended.info.status == "FAILED"
    assert ended.data.tags[tags.ERROR].startswith(f"Ingest of {toy} died with process ")
    assert {found.id: found.state for found in find()} == {lease.id: State.RESUMED, of_a_deployment.id: State.HELD}
