"""Tests: `reap` ends the runs of dead processes in Prefect and MLflow, and starts their work again, once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from mlflow.entities import Run as MlflowRun
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Cancelling, Completed, Running
from sqlalchemy import update

from flows.reap import reap
from flows.train import train
from registry import tags
from registry.client import connect
from registry.dead_runs import MOST_RESTARTS, dead_sentences
from registry.lease_rows import Lease, Work, change, find
from registry.lease_rows import State as LeaseState
from registry.leases import add, note
from registry.tables import LEASES
from registry.tracking import _start  # a run that nobody ends, as that of a process that was killed
from tests.registry.work import dead_lease

PARAMETERS = {"overrides": ["train.steps=2"], "snapshot": "latest"}


@pytest.fixture
def client() -> Iterator[SyncPrefectClient]:
    with get_client(sync_client=True) as opened:
        yield opened


@pytest.fixture
def deployment(client: SyncPrefectClient, toy: str) -> UUID:
    flow = client.create_flow(train)
    return client.create_deployment(flow, toy, entrypoint="flows/train.py:train", concurrency_limit=1)


def start(client: SyncPrefectClient, deployment: UUID, model: str, state: State[object] | None = None) -> FlowRun:
    run = client.create_flow_run_from_deployment(deployment, parameters={"model": model, **PARAMETERS})
    if state is not None:
        client.set_flow_run_state(run.id, state, force=True)
    return run


def die(model: str, run: FlowRun | None, deployment: UUID | None) -> tuple[Lease, str]:
    """Leave a lease and a running MLflow run, as a killed process does; return both."""
    flow_run, of = str(run.id) if run else "", str(deployment or "")
    lease = dead_lease(Work(model, "train", flow_run, of, "" if of else f"atelier train {model}", PARAMETERS))
    return lease, _start(model, {tags.FLOW: "train", tags.LEASE: lease.id}).id


def restarted(client: SyncPrefectClient) -> set[str]:
    """Return the ids of all runs that do the work of a dead one; the server is the whole session's."""
    return {str(run.id) for run in client.read_flow_runs() if "restarted" in run.tags}


def read(run_id: str) -> MlflowRun:
    return connect().get_run(run_id)


def test_a_dead_run_crashes_fails_in_mlflow_and_starts_again_with_its_parameters(
    client: SyncPrefectClient, deployment: UUID, toy: str
) -> None:
    run = start(client, deployment, toy, Running())
    _, mlflow_run = die(toy, run, deployment)
    (dead,) = reap()["dead"]
    state = client.read_flow_run(run.id).state
    assert state is not None
    assert state.is_crashed()
    assert read(mlflow_run).info.status == "FAILED"
    assert (
        read(mlflow_run).data.tags["error"] == state.message.replace("\n", " ") + dead["sentence"][len(state.message) :]
    )
    successor = client.read_flow_run(UUID(dead["restarted_as"]))
    assert (successor.parameters, successor.deployment_id) == ({"model": toy, **PARAMETERS}, deployment)
    assert successor.state is not None
    assert successor.state.is_scheduled()
    assert "restarted" in successor.tags
    assert add(Work(toy, "train", dead["restarted_as"], str(deployment)), LeaseState.HELD).restarts == 1
    assert dead_sentences(toy) == [dead["sentence"]]
    assert reap() == {"dead": []}


def test_its_subflows_end_too_and_runs_that_ended_keep_their_state(
    client: SyncPrefectClient, deployment: UUID, toy: str
) -> None:
    run = start(client, deployment, toy, Running())
    task = client.create_task_run(_task(), run.id, "1", state=Running())
    child = client.create_flow_run(train, parameters={"model": toy}, parent_task_run_id=task.id, state=Running())
    done = client.create_flow_run(train, parameters={"model": toy}, parent_task_run_id=task.id, state=Completed())
    die(toy, run, deployment)
    reap()
    states = [client.read_flow_run(of.id).state_name for of in (run, child, done)]
    assert states == ["Crashed", "Crashed", "Completed"]
    assert client.read_task_run(task.id).state_name == "Crashed"


def _task():  # type: ignore[no-untyped-def]
    from flows.tasks import fit

    return fit


def test_two_reapers_at_once_start_the_work_once(client: SyncPrefectClient, deployment: UUID, toy: str) -> None:
    for _ in range(2):
        die(toy, start(client, deployment, toy, Running()), deployment)
    before = restarted(client)
    with ThreadPoolExecutor(2) as pool:
        found = [dead["flow_run"] for done in pool.map(lambda _: reap(), range(2)) for dead in done["dead"]]
    assert len(found) == len(set(found)) == 2
    assert len(restarted(client) - before) == 2


def test_a_run_that_was_being_cancelled_ends_as_cancelled_and_does_not_start_again(
    client: SyncPrefectClient, deployment: UUID, toy: str
) -> None:
    run = start(client, deployment, toy, Cancelling())
    _, mlflow_run = die(toy, run, deployment)
    (dead,) = reap()["dead"]
    assert client.read_flow_run(run.id).state_name == "Cancelled"
    assert dead["restarted_as"] is None
    assert dead["sentence"].endswith("Its run is Cancelled, so it is not started again.")
    assert read(mlflow_run).info.status == "FAILED"


def test_work_that_was_finished_when_its_process_died_does_not_start_again(
    client: SyncPrefectClient, deployment: UUID, toy: str
) -> None:
    die(toy, start(client, deployment, toy, Completed()), deployment)
    assert [dead["restarted_as"] for dead in reap()["dead"]] == [None]
    assert dead_sentences(toy) == []


def test_work_that_dies_again_and_again_ends_with_a_sentence(
    client: SyncPrefectClient, deployment: UUID, toy: str
) -> None:
    died_often, _ = die(toy, start(client, deployment, toy, Running()), deployment)
    change(update(LEASES).where(LEASES.c.id == died_often.id).values(restarts=MOST_RESTARTS))
    (dead,) = reap()["dead"]
    assert dead["restarted_as"] is None
    assert "It ended so 4 times in a row, each within an hour, so it is not started again" in dead["sentence"]
    assert dead["sentence"].endswith(f"run `atelier train {toy} --snapshot latest --set train.steps=2`.")


def test_the_work_of_a_command_is_named_with_the_command_that_continues_it(toy: str) -> None:
    die(toy, None, None)
    (dead,) = reap()["dead"]
    assert dead["sentence"].startswith(f"Train of {toy} died with process ")
    assert dead["sentence"].endswith(f"To continue from what is finished, run `atelier train {toy}`.")


def test_living_work_is_left_alone(client: SyncPrefectClient, deployment: UUID, toy: str) -> None:
    run = start(client, deployment, toy, Running())
    add(Work(toy, "train", str(run.id), str(deployment)), LeaseState.HELD)
    assert reap() == {"dead": []}
    assert client.read_flow_run(run.id).state_name == "Running"


def test_a_lease_stays_for_the_next_reap_if_mlflow_does_not_answer(
    client: SyncPrefectClient, deployment: UUID, toy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease, mlflow_run = die(toy, start(client, deployment, toy, Running()), deployment)
    before = restarted(client)
    with monkeypatch.context() as away:
        away.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
        with pytest.raises(Exception, match="MLflow does not answer"):
            reap()
    assert [found.state for found in find() if found.id == lease.id] == [LeaseState.HELD]
    (dead,) = reap()["dead"]
    assert read(mlflow_run).info.status == "FAILED"
    assert restarted(client) - before == {dead["restarted_as"]}


def test_a_deployment_that_was_deleted_is_named(client: SyncPrefectClient, deployment: UUID, toy: str) -> None:
    run = start(client, deployment, toy, Running())
    lease, _ = die(toy, run, deployment)
    client.delete_deployment(deployment)
    note(lease, state=LeaseState.HELD)
    assert "does not" in reap()["dead"][0]["sentence"]
