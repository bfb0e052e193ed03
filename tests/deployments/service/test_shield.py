"""Tests: requests of other web pages and bodies that are too large are refused before they are read."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from deployments.service.app import create_app
from deployments.service.service import Service
from deployments.service.shield import from_other_pages
from tests.deployments.service.fruit import MODEL, served

PORT = 8000


@pytest.fixture
def guarded(service: Service) -> Iterator[TestClient]:
    app = create_app(service, refuse=from_other_pages(PORT))
    with TestClient(app, base_url=f"http://127.0.0.1:{PORT}") as client:
        yield client


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 400),
        ({"Origin": "http://evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
def test_other_pages_are_refused_as_problem_json(guarded: TestClient, headers: dict[str, str], status: int) -> None:
    answer = guarded.get("/models", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_programs_and_our_own_page_pass(guarded: TestClient) -> None:
    assert guarded.get("/models").status_code == 200
    assert guarded.get("/models", headers={"Origin": f"http://localhost:{PORT}"}).status_code == 200


def test_a_large_body_is_refused_whether_or_not_it_says_its_size(fruit: object) -> None:
    with served(limits={"body_kb": 1}) as (_, client):
        path = f"/models/{MODEL}/predict"
        for content in (b"x" * 1001, iter([b"x" * 600] * 1000)):
            answer = client.post(path, content=content)
            assert answer.status_code == 413
            assert answer.json()["detail"] == "The body has more than 1 kB: send less."
        assert client.post(path, content=b'{"grams": 61}' + b" " * 900).status_code == 200
