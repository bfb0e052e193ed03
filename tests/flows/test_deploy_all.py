"""Tests: a real Prefect server is brought to what models, table and automations say; a second time changes nothing."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentUpdate, WorkPoolCreate

from flows.automations import FOLDER
from flows.deploy import Change
from flows.deploy_all import deploy_all
from flows.deployments import TABLE, read_models, takes_model
from registry.settings import settings

ALERTS = {("automation", "left out"): len(list(FOLDER.glob("alerts-*.yaml")))}  # no address is saved for them
OF_A_MODEL = sum(takes_model(row.load()) for row in TABLE)
ALL_UNCHANGED = {("deployment", "unchanged"): len(TABLE), ("automation", "unchanged"): 1, **ALERTS}


@pytest.fixture
def client(toy: str) -> Iterator[SyncPrefectClient]:
    """A client of the server, on which nothing of ours is deployed."""
    with get_client(sync_client=True) as client:
        for deployment in client.read_deployments():
            client.delete_deployment(deployment.id)
        for automation in client.read_automations():
            client.delete_automation(automation.id)
        yield client


def set_schedule(model: str, **schedule: str) -> None:
    path = settings().models / f"{model}.yaml"
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**fields, "schedule": schedule}), encoding="utf-8")


def counts(changes: list[Change]) -> Counter[tuple[str, str]]:
    return Counter((change.kind, change.done) for change in changes if change.kind != "work pool")


def rows(client: SyncPrefectClient) -> list[Any]:
    """Return everything that the server has of ours, with ids and times of change."""
    found = [*client.read_deployments(), *client.read_automations()]
    return sorted((thing.model_dump(exclude={"status", "last_polled"}) for thing in found), key=lambda row: row["name"])


def test_everything_is_created_once_and_a_second_time_nothing_is_written(client: SyncPrefectClient, toy: str) -> None:
    set_schedule(toy, lifecycle="0 3 * * mon", time_zone="Europe/Lisbon")
    first = counts(deploy_all(read_models()))
    assert first == {("deployment", "created"): len(TABLE), ("automation", "created"): 1, **ALERTS}
    before = rows(client)
    assert counts(deploy_all(read_models())) == ALL_UNCHANGED
    assert rows(client) == before


def test_a_deployment_says_what_it_is_and_when_it_runs(client: SyncPrefectClient, toy: str) -> None:
    set_schedule(toy, lifecycle="0 3 * * mon", time_zone="Europe/Lisbon")
    deploy_all(read_models())
    found = client.read_deployment_by_name(f"lifecycle/{toy}")
    assert found.description is not None
    assert read_models()[0].about in found.description
    assert set(found.tags) == {"lifecycle", toy, "toy"}
    assert found.parameters == {"model": toy}
    (schedule,) = found.schedules
    assert (schedule.schedule.cron, schedule.schedule.timezone) == ("0 3 * * mon", "Europe/Lisbon")  # type: ignore[union-attr]
    assert schedule.parameters == {"reason": "schedule"}
    assert found.global_concurrency_limit is not None
    assert found.global_concurrency_limit.limit == 1
    assert found.concurrency_options is not None
    assert found.concurrency_options.collision_strategy == "CANCEL_NEW"
    form = (found.parameter_openapi_schema or {})["properties"]
    assert form["model"]["enum"] == [toy]
    assert all(field["description"].endswith(".") for field in form.values())


def test_a_schedule_is_created_only_where_catalogue_and_base_are(client: SyncPrefectClient, toy: str) -> None:
    set_schedule(toy, lifecycle="0 3 * * mon")
    deploy_all(read_models())
    path = settings().models / f"{toy}.yaml"
    fields = yaml.safe_load(path.read_text(encoding="utf-8"))
    fields["data"]["catalogue"] = "/nowhere"
    path.write_text(yaml.safe_dump(fields), encoding="utf-8")
    (changed,) = [change for change in deploy_all(read_models()) if change.done == "changed"]
    assert (changed.name, changed.detail) == (f"lifecycle/{toy}", "schedules")
    assert client.read_deployment_by_name(f"lifecycle/{toy}").schedules == []


def test_what_a_person_paused_stays_paused(client: SyncPrefectClient, toy: str) -> None:
    set_schedule(toy, lifecycle="0 3 * * mon")
    deploy_all(read_models())
    found = client.read_deployment_by_name(f"lifecycle/{toy}")
    client.request("PATCH", f"/deployments/{found.id}/schedules/{found.schedules[0].id}", json={"active": False})
    (automation,) = client.read_automations()
    client.pause_automation(automation.id)
    deploy_all(read_models())
    (schedule,) = client.read_deployment_by_name(f"lifecycle/{toy}").schedules
    assert (schedule.active, schedule.parameters) == (False, {"reason": "schedule"})  # the page's switch empties them
    set_schedule(toy, lifecycle="0 4 * * mon")
    assert counts(deploy_all(read_models()))["deployment", "changed"] == 1
    (schedule,) = client.read_deployment_by_name(f"lifecycle/{toy}").schedules
    assert (schedule.schedule.cron, schedule.active) == ("0 4 * * mon", False)  # type: ignore[union-attr]
    assert [found.enabled for found in client.read_automations()] == [False]


def test_what_a_person_put_into_another_work_pool_stays_there(client: SyncPrefectClient, toy: str) -> None:
    deploy_all(read_models())
    client.create_work_pool(WorkPoolCreate(name="gpu", type="process"), overwrite=True)
    found = client.read_deployment_by_name(f"train/{toy}")
    client.update_deployment(found.id, DeploymentUpdate(work_pool_name="gpu"))
    assert counts(deploy_all(read_models())) == ALL_UNCHANGED
    assert client.read_deployment(found.id).work_pool_name == "gpu"


def test_a_dry_run_tells_the_changes_and_makes_none(client: SyncPrefectClient, toy: str) -> None:
    assert counts(deploy_all(read_models(), dry_run=True))["deployment", "created"] == len(TABLE)
    assert rows(client) == []


def test_what_a_removed_model_leaves_is_named_and_deleted_only_when_asked(client: SyncPrefectClient, toy: str) -> None:
    flow = client.create_flow_from_name("lifecycle")
    mine = client.create_deployment(
        flow, "nightly", parameters={"model": toy}, entrypoint="flows/lifecycle.py:lifecycle"
    )
    text = (settings().models / f"{toy}.yaml").read_text(encoding="utf-8")
    other = settings().models / "other.yaml"
    other.write_text(text.replace(f"model: {toy}", "model: other"), encoding="utf-8")
    deploy_all(read_models())
    other.unlink()
    left = counts(deploy_all(read_models()))
    assert (left["deployment", "gone"], left["automation", "gone"]) == (OF_A_MODEL, 1)
    removed = counts(deploy_all(read_models(), prune=True))
    assert (removed["deployment", "removed"], removed["automation", "removed"]) == (OF_A_MODEL, 1)
    assert {found.name for found in client.read_deployments()} == {toy, "reap", "nightly"}
    assert client.read_deployment(mine).name == "nightly"
