"""Tests: the MLflow runs that a dead process left end as FAILED, with those of its checkpoints, and no others."""

from pathlib import Path

import pytest

from registry import tags
from registry.client import connect
from registry.dead_runs import by_hand, dead_sentences, died, end_runs, has_trained, working_sentences
from registry.lease_rows import State
from registry.leases import add, interrupt, note
from registry.tracking import _start, open_run
from tests.registry.toy_recipe import Config
from tests.registry.work import MODEL, dead_lease, work

pytestmark = pytest.mark.usefixtures("home")


def statuses(*ids: str) -> list[str]:
    return [connect().get_run(run_id).info.status for run_id in ids]


def test_running_runs_of_the_lease_and_their_checkpoints_fail_with_the_reason(config: Config) -> None:
    lease = dead_lease()
    with open_run(config, "ingest", "1", lease=lease.id):
        pass
    train = _start(MODEL, {tags.FLOW: "train", tags.LEASE: lease.id}).id
    checkpoint = _start(MODEL, {tags.FLOW: "checkpoint", tags.PARENT: train}).id
    living = _start(MODEL, {tags.FLOW: "train", tags.LEASE: "other"}).id
    assert sorted(end_runs(lease, "It died.")) == sorted([train, checkpoint])
    assert statuses(train, checkpoint, living) == ["FAILED", "FAILED", "RUNNING"]
    assert connect().get_run(train).data.tags[tags.ERROR] == "It died."
    assert end_runs(lease, "It died.") == []


def test_work_that_got_to_its_training_is_told_from_work_that_did_not() -> None:
    lease = dead_lease()
    _start(MODEL, {tags.FLOW: "ingest", tags.LEASE: lease.id})
    assert not has_trained(lease)
    _start(MODEL, {tags.FLOW: "train", tags.LEASE: lease.id})
    assert has_trained(lease)


def test_a_lease_without_runs_and_a_model_without_experiment_end_nothing(home: Path) -> None:
    assert end_runs(dead_lease(work(model="never-trained")), "It died.") == []


def test_the_sentences_say_what_died_and_what_to_do() -> None:
    lease = dead_lease(work("lifecycle", command="atelier lifecycle toy --set train.steps=9"))
    assert died(lease).startswith(f"Lifecycle of toy died with process {lease.process.pid} on ")
    assert by_hand(lease) == ("To continue from what is finished, run `atelier lifecycle toy --set train.steps=9`.")


def test_a_dead_run_is_named_until_the_same_work_is_finished() -> None:
    lease = dead_lease()
    note(lease, state=State.DEAD, error="Train of toy died.")
    assert dead_sentences(MODEL) == ["Train of toy died."]
    assert dead_sentences("other") == []
    note(lease, state=State.RESUMED)
    assert dead_sentences(MODEL) == []


def test_what_was_cut_short_is_told_from_what_died() -> None:
    lease = dead_lease()
    interrupt(lease, "Terminated.")
    from registry.leases import lapsed

    (found,) = lapsed()
    assert died(found).startswith("Train of toy was cut short at 20")
    assert died(found).endswith("(Terminated).")


def test_work_that_died_is_named_before_any_reap_and_is_no_work_that_goes_on() -> None:
    lease = dead_lease(work("train", command="atelier train toy"))
    (sentence,) = dead_sentences(MODEL)
    assert sentence.startswith(f"Train of toy died with process {lease.process.pid} on ")
    assert sentence.endswith("To continue from what is finished, run `atelier train toy`.")
    assert working_sentences(MODEL) == []


def test_work_that_goes_on_is_named_with_its_process() -> None:
    living = add(work("train"), State.HELD)
    add(work("evaluate"), State.WAITING)
    (waits, works) = sorted(working_sentences(MODEL))
    assert works.startswith("Train is at work since ")
    assert waits.startswith("Evaluate waits for its turn since ")
    assert str(living.process) in works
    assert working_sentences("other") == []
