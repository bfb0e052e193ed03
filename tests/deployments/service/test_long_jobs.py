"""Tests: a job with many outputs is a flow run of its caller, it is counted, and its response is fetched."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import Field

from components.recipes import read_config
from deployments.service.callers import Gate
from deployments.service.flow_runs import FlowRun
from deployments.service.long_jobs import check, eta, is_long
from deployments.service.problems import ProblemError
from deployments.service.question import Question
from deployments.service.service import Service
from registry.kept_responses import keep_response
from registry.service_keys import make_key
from registry.service_usage import usage
from registry.settings import settings
from registry.tracking import open_run
from tests.deployments.service.fruit import MODEL, served
from tests.deployments.service.prefect_api import RUN, prefect_api
from tests.deployments.service.test_queue import Doubler, Number, loaded
from tests.toys import Kind

LATER = "99999999-2222-3333-4444-555555555555"


@pytest.fixture
def runs(fruit: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, Any]]]:
    with prefect_api(monkeypatch) as found:
        yield found


@pytest.fixture
def locked(runs: object) -> Iterator[TestClient]:
    with served(Gate(required=True)) as (_, client):
        yield client


def start(client: TestClient, headers: dict[str, str], **fields: Any) -> Any:
    asked = {"model": MODEL, "request": {"grams": 61}, "worker": True, **fields}
    return client.post("/jobs", json=asked, headers=headers)


def bearer(**limits: int) -> dict[str, str]:
    return {"Authorization": f"Bearer {make_key('ada', **limits)}"}


def test_a_workers_job_gets_the_version_of_now_and_its_response_is_fetched_when_it_is_done(
    locked: TestClient, runs: dict[str, dict[str, Any]]
) -> None:
    mine, theirs = bearer(), {"Authorization": f"Bearer {make_key('bob')}"}
    place = start(locked, mine).headers["location"]
    assert place == f"/jobs/flow-{RUN}"
    assert runs[RUN]["parameters"] == {"model": MODEL, "request": {"grams": 61}, "version": "1"}
    looked = locked.get(place, headers=mine).json()
    assert (looked["state"], looked["position"]) == ("waiting", 1)
    waits = locked.get(f"{place}/result", headers=mine)
    assert (waits.status_code, waits.json()["detail"][:26]) == (409, "The job is not done yet: a")
    runs[RUN] |= {"state": {"type": "RUNNING"}, "estimated_run_time": 10.0}
    assert locked.get(place, headers=mine).json()["eta_seconds"] == 30.0  # a quarter took 10 s
    with open_run(read_config(settings().models, MODEL), "generate", RUN) as run:
        keep_response(run, {"grams": 61}, Kind(kind="apple"), {"model": MODEL, "version": "1"})
    runs[RUN]["state"] = {"type": "COMPLETED"}
    assert locked.get(place, headers=mine).json()["result"] == f"{place}/result"
    result = locked.get(f"{place}/result", headers=mine)
    assert (result.json(), result.headers["x-atelier-version"]) == ({"kind": "apple"}, "1")
    assert locked.get(f"{place}/result", headers=theirs).status_code == 404


def test_a_job_is_that_of_the_run_which_does_the_work_of_a_dead_one(
    locked: TestClient, runs: dict[str, dict[str, Any]]
) -> None:
    mine = bearer()
    place = start(locked, mine).headers["location"]
    runs[LATER] = {**runs[RUN], "id": LATER, "state": {"type": "RUNNING"}}
    runs[RUN]["state"] = {"type": "CRASHED"}
    found = locked.get(place, headers=mine).json()
    assert (found["id"], found["state"]) == (f"flow-{RUN}", "running")


def test_a_job_counts_when_it_starts_and_not_if_it_is_cancelled_before(
    locked: TestClient, runs: dict[str, dict[str, Any]]
) -> None:
    mine = bearer(quota=1)
    place = start(locked, mine).headers["location"]
    assert [(used.model, used.outputs) for used in usage()] == [(MODEL, 1)]
    assert start(locked, mine).status_code == 429
    assert locked.delete(place, headers=mine).json()["state"] == "cancelled"
    assert [(used.requests, used.outputs) for used in usage()] == [(0, 0)]
    assert start(locked, mine, model="cats").status_code == 404
    assert start(locked, mine, request={"grams": "x"}).status_code == 422
    assert start(locked, mine).status_code == 202


def test_without_a_server_of_prefect_it_is_one_sentence_and_costs_nothing(fruit: Path) -> None:
    with served(Gate(required=True)) as (_, client):
        refused = start(client, bearer(quota=1))
        assert refused.status_code == 503
        assert refused.json()["detail"] == "No Prefect server runs for this home: start it with `make ui`."
        assert usage() == []


class Numbers(Number):
    count: int = Field(1, le=20)
    seed: int = Field(0, le=1000)


def test_a_request_of_many_outputs_is_checked_by_its_parts(service: Service) -> None:
    live = service.versions.current(MODEL)
    doubler = Doubler()
    doubler.request = Numbers  # type: ignore[misc]
    service.versions._live[MODEL, live.alias] = type(live)(loaded(doubler), live.alias)

    def asked(**fields: Any) -> Question:
        return Question(MODEL, {"number": 1, **fields}, job=True)

    assert (is_long(service, asked(count=64)), is_long(service, asked(count=65))) == (False, True)
    assert check(service, asked(count=500))[1] == 500  # more than the model's own limit of a request
    with pytest.raises(ProblemError, match="seed is wrong"):
        check(service, asked(count=500, seed=600))
    with pytest.raises(ProblemError, match="count is 10001, expected 10000 at most"):
        check(service, asked(count=10_001))


def test_the_eta_of_a_job_that_waits_counts_the_outputs_before_it() -> None:
    waits, before = (FlowRun("1", "waiting", "", tags=(f"outputs:{n}",)) for n in (10, 30))
    assert eta(waits, [before], 0.5) == 20.0
    assert eta(waits, [before], 0.0) is None
