"""Tests: predictions, health, readiness and the list of models."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from registry.search import read_version
from registry.versions import checkpoint_of
from tests.deployments.service.fruit import MODEL, promote, served, sort


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_model_answers_with_the_version_in_production_and_says_which_it_is(client: TestClient) -> None:
    answer = sort(client, 61)
    assert (answer.status_code, answer.json()) == (200, {"kind": "apple"})
    assert sort(client, 59).json() == {"kind": "plum"}
    found = {name: answer.headers[f"x-atelier-{name}"] for name in ("model", "version", "alias", "weights", "cache")}
    expected = {"model": MODEL, "version": "1", "alias": "Production", "weights": "digest1", "cache": "miss"}
    assert found == expected


def test_an_identical_request_is_answered_from_the_cache_until_the_version_changes(client: TestClient) -> None:
    assert [sort(client, 80).headers["x-atelier-cache"] for _ in range(2)] == ["miss", "hit"]
    promote(2)
    wait_until(lambda: sort(client, 80).headers["x-atelier-version"] == "2")
    assert sort(client, 80).json() == {"kind": "plum"}


def test_the_list_has_version_step_and_since_when(client: TestClient) -> None:
    before = time.time()
    (row,) = client.get("/models").json()["models"]
    assert (row["model"], row["version"], row["step"], row["alias"]) == (MODEL, 1, 1, "Production")
    assert 0 < row["since"] <= before
    assert row["predict"] == f"/models/{MODEL}/predict"


def test_a_version_whose_files_were_altered_is_not_loaded_and_the_earlier_one_answers(client: TestClient) -> None:
    (checkpoint_of(read_version(MODEL, 2)).folder / "weights.json").write_text(json.dumps({"threshold": 1.0}))
    promote(2)
    wait_until(lambda: bool(client.get("/ready").json()["problems"]))
    ready = client.get("/ready")
    assert ready.status_code == 200
    (problem,) = ready.json()["problems"]
    assert problem.startswith("Version 2 of fruit is not loaded (")
    assert problem.endswith("version 1 still answers.")
    assert sort(client, 61).headers["x-atelier-version"] == "1"
    promote(3)
    wait_until(
        lambda: client.get("/ready").json() == {**ready.json(), "answering": ["fruit version 3"], "problems": []}
    )


def test_without_a_version_in_production_the_service_is_not_ready_and_says_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tests.flows.homes import use_toy

    use_toy(monkeypatch, tmp_path)
    with served() as (_, client):
        assert client.get("/health").json() == {"status": "ok"}
        assert client.get("/ready").status_code == 503
        refused = sort(client, 61)
        assert refused.status_code == 409
        assert "run `python -m flows promote fruit` first" in refused.json()["detail"]
        assert client.post("/generate/image", json={"prompt": "red"}).status_code == 409


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"grams": "many"}, 422, "grams is wrong: Input should be a valid integer"),
        ({}, 422, "grams is wrong: Field required."),
        ([], 422, "The body is wrong"),
    ],
)
def test_a_request_that_does_not_fit_gets_one_sentence(
    client: TestClient, body: object, status: int, said: str
) -> None:
    answer = client.post(f"/models/{MODEL}/predict", json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"].startswith(said)


def test_an_unknown_model_an_unknown_alias_and_an_unknown_path_are_named(client: TestClient) -> None:
    assert (
        client.post("/models/cats/predict", json={}).json()["detail"]
        == "No model is called 'cats'. Known models: fruit."
    )
    assert "expected Production" in sort(client, 1, params={"alias": "production"}).json()["detail"]
    assert client.get("/nothing").json()["detail"] == "Nothing is at /nothing: GET /docs lists what there is."
    assert client.get(f"/models/{MODEL}/predict").status_code == 405


def test_prometheus_can_read_what_was_answered(client: TestClient) -> None:
    sort(client, 61)
    sort(client, 61)
    text = client.get("/metrics").text
    labels = '{alias="Production",model="fruit"'
    assert f'atelier_service_requests_total{labels},outcome="answered"}} 2.0' in text
    assert f"atelier_service_cache_hits_total{labels}}} 1.0" in text
    assert f"atelier_service_version{labels}}} 1.0" in text
