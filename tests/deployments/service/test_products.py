"""Tests: the service generates products of a line: the same ones each time, with what is wrong in one sentence."""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deployments.service.callers import Gate
from registry.service_keys import make_key
from registry.service_usage import usage
from tests.deployments.service.product_site import product_site, write_line


@pytest.fixture
def toy_line(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATELIER_PRODUCT_LINES", str(tmp_path / "lines"))
    write_line(tmp_path / "lines")


@pytest.fixture
def client(toy_line: None) -> Iterator[TestClient]:
    with product_site() as app, TestClient(app, raise_server_exceptions=False) as client:
        yield client


def made(client: TestClient, **fields: Any) -> Any:
    response = client.post("/generate/product", json=fields)
    assert response.status_code == 200, response.text
    return response.json()


def test_the_plans_request_gives_products_that_are_what_was_asked_for(client: TestClient) -> None:
    found = made(
        client,
        category="footwear",
        subcategory="Casual Shoes",
        constraints={"color": "red", "gender": "Women"},
        num_samples=3,
    )
    assert [product["seed"] for product in found["products"]] == [3, 4, 5]
    for product in found["products"]:
        assert (product["attributes"]["baseColour"], product["attributes"]["gender"]) == ("Red", "Women")
        assert "Red" in product["description"]
        assert client.get(product["picture"]).headers["content-type"] == "image/png"
    assert found["versions"]["picture"] == {"model": "shapes", "version": "1"}


def test_the_same_request_gives_the_same_bytes_at_any_load(client: TestClient) -> None:
    asked = {"constraints": {"color": "Blue"}, "num_samples": 4, "seed": 50, "inline": True}
    alone = made(client, **asked)
    with ThreadPoolExecutor(8) as pool:
        again = list(pool.map(lambda _: made(client, **asked), range(8)))
    assert all(found == alone for found in again)
    single = made(client, **{**asked, "num_samples": 1, "seed": 52})
    assert single["products"] == [alone["products"][2]]
    assert base64.b64decode(single["products"][0]["picture_base64"]).startswith(b"\x89PNG")


def test_what_failed_is_flagged_with_a_sentence(client: TestClient) -> None:
    found = made(client, num_samples=12)
    flagged = [product for product in found["products"] if not product["passed"]]
    assert found["passed"] == 12 - len(flagged) < 12
    for product in flagged:
        assert "The background is not white." in [c["sentence"] for c in product["checks"] if not c["passed"]]


def test_a_challenger_is_asked_by_name(client: TestClient) -> None:
    found = made(client, versions={"picture": "Challenger"})
    assert {gives: origin["version"] for gives, origin in found["versions"].items()} == {
        "attributes": "1",
        "picture": "2",
        "description": "1",
    }
    assert client.get("/product-lines/toys").json()["challengers"] == ["picture"]


def test_a_line_lists_its_fields_with_their_values(client: TestClient) -> None:
    assert client.get("/product-lines").json()["lines"] == [{"line": "toys", "about": "Toys.", "problem": ""}]
    found = client.get("/product-lines/toys").json()
    assert found["fixed"] == {"articleType": "Casual Shoes"}
    assert set(found["fields"]["baseColour"]) == {"Red", "Blue", "Green", "Black"}
    assert "articleType" not in found["fields"]


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"num_samples": 0}, 422, "greater than or equal to 1"),
        ({"num_samples": 10_000}, 422, "less than or equal to 64"),
        ({"num_samples": 40}, 422, "num_samples is 40, expected 16 at most: ask for fewer"),
        ({"category": "Gadgets"}, 422, "masterCategory is never"),
        ({"subcategory": "Heels"}, 422, "makes articleType Casual Shoes, and Heels was asked for"),
        (
            {"constraints": {"color": "Red", "colour": "Blue"}},
            422,
            "The request has baseColour Red and Blue, expected one",
        ),
        ({"constraints": {"color": []}}, 422, "nothing was asked for"),
        ({"constraints": {"brand": "Acme"}}, 403, "may not be used here"),
        ({"category": "x" * 5000}, 422, "at most 200 characters"),
        ({"line": "cats"}, 404, "No product line is called 'cats'. Known product lines: toys."),
        ({"unknown": 1}, 422, "xtra inputs are not permitted"),
        ({"seed": -1}, 422, "greater than or equal to 0"),
    ],
)
def test_a_request_that_cannot_be_met_is_one_sentence(
    client: TestClient, fields: dict[str, Any], status: int, said: str
) -> None:
    response = client.post("/generate/product", json=fields)
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert said in response.json()["detail"]
    assert client.get("/product-lines/toys/products").json()["of"] == 0


def test_a_product_counts_as_one_output_of_its_line_and_what_fails_costs_nothing(toy_line: None) -> None:
    with product_site(Gate(required=True)) as app, TestClient(app, raise_server_exceptions=False) as client:
        headers = {"Authorization": f"Bearer {make_key('shop', quota=3)}"}

        def ask(**fields: Any) -> Any:
            return client.post("/generate/product", json=fields, headers=headers)

        assert client.post("/generate/product", json={}).status_code == 401
        assert ask(num_samples=2, category="Gadgets").status_code == 422
        assert ask(num_samples=2).status_code == 200
        spent = ask(num_samples=2)
        assert spent.status_code == 429
        assert "The quota of shop is spent, 3 outputs a month" in spent.json()["detail"]
        assert int(spent.headers["retry-after"]) > 0
        assert ask(num_samples=1).status_code == 200  # also what was kept already
        assert [(used.name, used.model, used.requests, used.outputs) for used in usage()] == [("shop", "toys", 2, 3)]
        counters = app.state.service.meters.registry
        assert counters.get_sample_value("atelier_service_products_total", {"line": "toys", "checks": "passed"}) > 0
