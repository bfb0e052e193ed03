"""Tests: the description has every model, examples that work, and no request it allows makes the service fail."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.deployments.service.fruit import MODEL, served
from tests.deployments.service.prefect_api import prefect_api
from tests.deployments.service.product_site import product_site, write_line
from tests.flows.homes import use_copy

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
WORDS = st.text(st.characters(), max_size=30)
PLACES = ("1", "toys", "starter-products", "flowers", "flow-1", "%00", "ä")  # parts of paths


@pytest.fixture(scope="module")
def shared(fruit_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """One service for all requests of a test: what is asked does not change it."""
    with pytest.MonkeyPatch.context() as patch:
        use_copy(patch, fruit_home, tmp_path_factory.mktemp("described") / "home")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)  # that of another test's home
        with prefect_api(patch), served(queue={"waiting": 4, "gather_ms": 0}) as (_, client):
            yield client


def operations(description: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return method and path of each operation, by its name."""
    return {
        operation["operationId"]: (method.upper(), path)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }


def test_each_model_has_a_path_with_its_own_request(shared: TestClient) -> None:
    description = shared.get("/openapi.json").json()
    predict = description["paths"][f"/models/{MODEL}/predict"]["post"]
    schema = predict["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert description["components"]["schemas"][schema]["properties"]["grams"]["type"] == "integer"
    for path in (
        "/health",
        "/ready",
        "/models",
        "/generate/image",
        "/v1/images/generations",
        "/jobs",
        "/jobs/{identity}",
    ):
        assert path in description["paths"]


def test_every_error_is_described_as_problem_json(shared: TestClient) -> None:
    for methods in shared.get("/openapi.json").json()["paths"].values():
        for operation in methods.values():
            assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"]
            assert "422" not in operation["responses"]


def call_each(client: TestClient, data: st.DataObject, known: dict[str, tuple[str, str]]) -> None:
    """Send any body, sound or not, to each operation in turn: never a 5xx, and each error is problem JSON."""
    for name, (method, path) in known.items():
        places = iter(data.draw(st.lists(st.sampled_from(PLACES), min_size=2, max_size=2), label=name))
        filled = re.sub(r"\{\w+\}", lambda _, places=places: next(places), path)
        body = json.dumps(data.draw(BODIES.get(path, JSON), label=name)) if method == "POST" else None  # NaN is allowed
        answer = client.request(method, filled, content=body, headers={"content-type": "application/json"})
        assert answer.status_code < 500, (name, answer.text)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["detail"]


@pytest.mark.parametrize("cases", [10, pytest.param(200, marks=pytest.mark.slow)])
def test_no_request_makes_an_operation_fail(shared: TestClient, cases: int) -> None:
    known = operations(shared.get("/openapi.json").json())
    quiet(cases)(given(st.data())(lambda data: call_each(shared, data, known)))()


@pytest.mark.slow
def test_no_request_makes_an_operation_of_products_fail(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATELIER_PRODUCT_LINES", str(tmp_path / "lines"))
    write_line(tmp_path / "lines")
    with prefect_api(monkeypatch), product_site() as app, TestClient(app, raise_server_exceptions=False) as client:
        known = operations(client.get("/openapi.json").json())
        assert "/generate/product" in [path for _, path in known.values()]
        quiet(200)(given(st.data())(lambda data: call_each(client, data, known)))()


def quiet(cases: int) -> settings:
    return settings(max_examples=cases, deadline=None, suppress_health_check=list(HealthCheck), database=None)


def mostly(**fields: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Bodies that have these fields, mostly of the right kind."""
    return st.fixed_dictionaries({}, optional={name: value | JSON for name, value in fields.items()}) | JSON


NAMES = st.sampled_from([MODEL, "cats", ""]) | WORDS
ALIASES = st.sampled_from(["", "Production", "Challenger"]) | WORDS
COLOURS = st.sampled_from(["Red", "blue", ["Red", "Blue"], ""])
BODIES: dict[str, SearchStrategy[Any]] = {
    f"/models/{MODEL}/predict": mostly(grams=st.integers()),
    "/generate/image": mostly(prompt=WORDS, seed=st.integers(), count=st.integers(), model=NAMES, alias=ALIASES),
    "/v1/images/generations": mostly(prompt=WORDS, n=st.integers(), model=NAMES, size=WORDS, seed=st.integers()),
    "/jobs": mostly(
        model=NAMES,
        request=mostly(grams=st.integers(), count=st.integers()),
        worker=st.booleans(),
        flow=WORDS,
        parameters=JSON,
        alias=ALIASES,
    ),
    "/generate/product": mostly(
        category=WORDS,
        subcategory=st.sampled_from(["Casual Shoes", ""]) | WORDS,
        constraints=st.dictionaries(st.sampled_from(["color", "gender", "brand"]) | WORDS, COLOURS | JSON, max_size=3),
        num_samples=st.integers(0, 4) | st.integers(),
        seed=st.integers(0, 50) | st.integers(),
        line=st.sampled_from(["toys", "starter-products", ""]) | WORDS,
    ),
}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"grams": "\\ud800"}', b"[" * 5000, b'{"grams": 1e999}'])
@pytest.mark.parametrize("path", [f"/models/{MODEL}/predict", "/generate/image", "/jobs", "/v1/images/generations"])
def test_a_body_that_is_no_json_is_refused(shared: TestClient, path: str, content: bytes) -> None:
    answer = shared.post(path, content=content, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
