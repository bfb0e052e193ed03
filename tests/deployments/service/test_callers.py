"""Tests: keys, their rate and their quota, and what a caller on this machine may do without one."""

import asyncio
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from deployments.service.callers import Gate, KeyAccount
from deployments.service.problems import ProblemError
from registry.service_keys import find_key, make_key, revoke_key
from registry.service_usage import Usage, usage
from tests.deployments.service.fruit import MODEL, served, sort


@pytest.fixture
def locked(fruit: object) -> Iterator[TestClient]:
    """A service that lets nobody in without a key."""
    with served(Gate(required=True)) as (_, client):
        yield client


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("key", [None, "sk-anything", "atelier_0_0"])
def test_nobody_is_let_in_without_a_valid_key(locked: TestClient, key: str | None) -> None:
    answer = sort(locked, 61, headers=bearer(key) if key else {})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "python -m flows keys --create NAME" in answer.json()["detail"]


def test_every_route_but_health_and_readiness_and_the_description_needs_a_key(locked: TestClient) -> None:
    calls = [("GET", "/models"), ("GET", "/v1/models"), ("GET", "/jobs/1"), ("GET", "/metrics")]
    posts = ["/generate/image", "/v1/images/generations", "/jobs"]
    bodies = [("POST", path, {"prompt": "red", "model": "x"}) for path in posts]
    assert {locked.request(*call).status_code for call in calls} == {401}
    assert {locked.request(method, path, json=body).status_code for method, path, body in bodies} == {401}
    assert {locked.get(path).status_code for path in ("/health", "/ready", "/openapi.json", "/docs")} == {200}


def test_what_a_key_used_is_counted_by_model_and_month(locked: TestClient) -> None:
    key = make_key("shop")
    assert sort(locked, 61, headers=bearer(key)).status_code == 200
    assert sort(locked, 62, headers=bearer(key)).status_code == 200
    assert sort(locked, 61, headers=bearer(key)).headers["x-atelier-cache"] == "hit"
    (used,) = usage()
    assert (used.name, used.model, used.requests, used.outputs) == ("shop", MODEL, 3, 3)


def test_a_spent_quota_is_refused_until_the_next_month_and_refused_requests_cost_nothing(locked: TestClient) -> None:
    key = make_key("shop", quota=2)
    assert sort(locked, 1, headers=bearer(key), params={"alias": "Challenger"}).status_code == 409
    assert locked.post(f"/models/{MODEL}/predict", json={"grams": "x"}, headers=bearer(key)).status_code == 422
    assert [sort(locked, grams, headers=bearer(key)).status_code for grams in (1, 2)] == [200, 200]
    refused = sort(locked, 3, headers=bearer(key))
    assert refused.status_code == 429
    assert refused.json()["detail"].startswith("The quota of shop is spent, 2 outputs a month: ")
    assert 0 < int(refused.headers["retry-after"]) <= 31 * 86400 + 1


def test_a_revoked_key_is_refused_at_once(locked: TestClient) -> None:
    key = make_key("shop")
    revoke_key("shop")
    assert sort(locked, 61, headers=bearer(key)).status_code == 401


def test_a_rate_is_a_number_of_requests_in_any_minute(fruit: object) -> None:
    now = [0.0]
    gate, key = Gate(required=True, clock=lambda: now[0]), make_key("shop", rate=2)
    gate.caller(key)
    now[0] = 30.0
    gate.caller(key)
    with pytest.raises(ProblemError, match="shop has sent 2 requests in the last minute") as caught:
        gate.caller(key)
    assert caught.value.headers == {"Retry-After": "31"}
    now[0] = 60.0
    assert gate.caller(key).name == "shop"


def test_on_this_machine_other_programs_keys_pass_and_wrong_ones_of_ours_do_not(client: TestClient) -> None:
    assert sort(client, 61, headers=bearer("sk-none")).status_code == 200
    assert sort(client, 61, headers=bearer("atelier_1_2")).status_code == 401
    assert sort(client, 61, headers=bearer(make_key("shop"))).status_code == 200


def test_what_was_reserved_counts_for_its_month_and_is_given_back_if_it_was_not_made(fruit: object) -> None:
    key = find_key(make_key("shop", quota=1))
    assert key is not None
    now = [0.0]
    account = KeyAccount(key, now=lambda: now[0])

    async def use() -> None:
        for made in (False, True):
            now[0] = 31 * 86400 - 1.0
            month = await account.reserve(1)
            now[0] += 2
            await account.settle(Usage("shop", month, MODEL, 1, 1, 0.5), made)

    asyncio.run(use())
    assert usage("1970-01") == [Usage("shop", "1970-01", MODEL, 1, 1, 0.5)]
    assert usage("1970-02") == []
