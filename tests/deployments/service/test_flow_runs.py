"""Tests: a flow run is started by its deployment's name, belongs to its caller, and can be cancelled."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deployments.service.callers import Gate
from registry.service_keys import make_key
from tests.deployments.service.fruit import served
from tests.deployments.service.prefect_api import RUN, prefect_api


@pytest.fixture
def prefect(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, Any]]]:
    with prefect_api(monkeypatch) as runs:
        yield runs


@pytest.fixture
def locked(fruit: object, prefect: object) -> Iterator[TestClient]:
    with served(Gate(required=True), flows=["monitor/fruit", "monitor/gone"]) as (_, client):
        yield client


def test_a_flow_is_started_looked_at_and_cancelled_by_its_caller_alone(
    locked: TestClient, prefect: dict[str, dict[str, Any]]
) -> None:
    mine, theirs = ({"Authorization": f"Bearer {make_key(name)}"} for name in ("ada", "bob"))
    asked = {"flow": "monitor/fruit", "parameters": {"model": "fruit"}}
    accepted = locked.post("/jobs", json=asked, headers=mine)
    place = accepted.headers["location"]
    assert (accepted.status_code, place) == (202, f"/jobs/flow-{RUN}")
    assert prefect[RUN]["parameters"] == {"model": "fruit"}
    looked = locked.get(place, headers=mine).json()
    assert (looked["state"], looked["position"]) == ("waiting", 1)
    assert locked.get(place, headers=theirs).status_code == 404
    assert locked.delete(place, headers=theirs).status_code == 404
    assert locked.delete(place, headers=mine).json()["state"] == "cancelled"
    assert locked.get(f"{place}/result", headers=mine).status_code == 409


def test_what_prefect_refuses_is_one_sentence(locked: TestClient) -> None:
    mine = {"Authorization": f"Bearer {make_key('ada')}"}
    gone = locked.post("/jobs", json={"flow": "monitor/gone"}, headers=mine)
    assert (gone.status_code, gone.json()["detail"].startswith("Prefect knows no such deployment")) == (404, True)
    wrong = locked.post("/jobs", json={"flow": "monitor/fruit", "parameters": {"model": "cats"}}, headers=mine)
    assert wrong.status_code == 422
    assert wrong.json()["detail"].startswith("Prefect refuses the run (Validation failed for field 'model'.)")


@pytest.mark.parametrize("identity", ["flow-99999999-2222-3333-4444-555555555555", "flow-1", "1"])
def test_a_job_that_nobody_knows_is_called_so(locked: TestClient, identity: str) -> None:
    mine = {"Authorization": f"Bearer {make_key('ada')}"}
    answer = locked.get(f"/jobs/{identity}", headers=mine)
    assert (answer.status_code, answer.json()["detail"].startswith("There is no such job")) == (404, True)
