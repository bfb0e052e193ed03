"""Tests: jobs are answered later, belong to who started them, and can be given up."""

import time
from typing import Any

from fastapi.testclient import TestClient

from deployments.service.callers import Gate
from registry.service_keys import make_key
from tests.deployments.service.fruit import MODEL, served
from tests.deployments.service.test_queue import Doubler, block, loaded


def start(client: TestClient, grams: int = 61, **options: Any) -> Any:
    return client.post("/jobs", json={"model": MODEL, "request": {"grams": grams}}, **options)


def done(client: TestClient, place: str) -> Any:
    until = time.monotonic() + 10
    while (found := client.get(place).json())["state"] in ("waiting", "running"):
        assert time.monotonic() < until
        time.sleep(0.01)
    return found


def test_a_job_is_accepted_and_its_result_fetched_later(client: TestClient) -> None:
    accepted = start(client)
    assert accepted.status_code == 202
    place = accepted.headers["location"]
    found = done(client, place)
    assert (found["state"], found["problem"], found["result"]) == ("done", None, f"{place}/result")
    assert client.get(found["result"]).json() == {"kind": "apple"}
    assert client.delete(place).json()["state"] == "done"


def test_what_would_be_refused_is_refused_at_once(client: TestClient) -> None:
    assert client.post("/jobs", json={"model": MODEL, "request": {"grams": "x"}}).status_code == 422
    assert client.post("/jobs", json={"model": "cats"}).status_code == 404
    assert client.post("/jobs", json={}).json()["detail"] == "model and flow are both missing, expected one."
    both = client.post("/jobs", json={"model": MODEL, "flow": "monitor/fruit"})
    assert both.json()["detail"] == "model and flow are both set, expected one."


def test_only_flows_of_the_settings_may_be_started_and_without_a_server_that_is_said(fruit: object) -> None:
    with served(flows=["monitor/fruit"]) as (_, client):
        refused = client.post("/jobs", json={"flow": "train/fruit"})
        assert (refused.status_code, "expected one of: monitor/fruit" in refused.json()["detail"]) == (403, True)
        without = client.post("/jobs", json={"flow": "monitor/fruit"})
        assert without.status_code == 503
        assert without.json()["detail"] == "No Prefect server runs for this home: start it with `make ui`."


def test_a_job_belongs_to_who_started_it(fruit: object) -> None:
    with served(Gate(required=True)) as (_, client):
        mine, theirs = ({"Authorization": f"Bearer {make_key(name)}"} for name in ("ada", "bob"))
        place = start(client, headers=mine).headers["location"]
        assert client.get(place, headers=mine).status_code == 200
        for path in (place, f"{place}/result"):
            assert client.get(path, headers=theirs).json()["detail"].startswith("There is no such job")
        assert client.delete(place, headers=theirs).status_code == 404


def test_a_job_that_waits_can_be_given_up(fruit: object) -> None:
    with served() as (service, client):
        doubler = Doubler()
        block(service.queue, loaded(doubler), doubler)
        place = start(client).headers["location"]
        assert client.get(place).json()["state"] == "waiting"
        assert client.get(f"{place}/result").json()["detail"].startswith("The job is not done yet")
        assert client.delete(place).json()["state"] == "cancelled"
        assert client.get(f"{place}/result").json()["detail"] == "The job was cancelled: start another one."
        doubler.let.set()
        assert start(client, 62).status_code == 202
