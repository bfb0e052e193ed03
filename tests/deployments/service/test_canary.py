"""Tests: Challenger answers its share, and loses it by itself when it is worse; the ledger says why."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from deployments.service.canary import Canary
from deployments.service.question import Outcome, Question
from deployments.service.service import Service
from registry.aliases import CHALLENGER, PRODUCTION, set_challenger
from registry.ledger.store import history
from registry.service_settings import CanarySettings
from tests.deployments.service.fruit import MODEL, served, sort
from tests.toys import Grams, Kind

SHARE = {"canary": {MODEL: {"share": 0.5}}, "cache_mb": 0}


@pytest.fixture
def challenged(fruit: Path) -> Path:
    set_challenger(MODEL, 2)
    return fruit


def asked(client: TestClient) -> dict[int, str]:
    return {grams: sort(client, grams).headers["x-atelier-alias"] for grams in range(40)}


def test_a_share_of_the_requests_is_answered_by_challenger_each_time_by_the_same_version(challenged: Path) -> None:
    with served(**SHARE) as (_, client):
        first = asked(client)
        assert asked(client) == first
        assert 8 <= list(first.values()).count(CHALLENGER) <= 32
        assert sort(client, 1, params={"alias": PRODUCTION}).headers["x-atelier-version"] == "1"
        assert sort(client, 1, params={"alias": CHALLENGER}).headers["x-atelier-version"] == "2"
        assert client.get("/models").json()["canary"] == {MODEL: "Version 2 answers 50 % of the requests."}


def test_without_a_share_challenger_answers_nothing(challenged: Path) -> None:
    with served() as (_, client):
        assert set(asked(client).values()) == {PRODUCTION}
        assert "give the model a share under `canary`" in sort(client, 1, params={"alias": CHALLENGER}).json()["detail"]


def outcome(service: Service, alias: str, **fields: Any) -> Outcome:
    live = service.versions.current(MODEL, alias)
    made = {"word": "answered", "seconds": 0.1, "response": Kind(kind="plum"), **fields}
    return Outcome(question=Question(MODEL, b""), live=live, request=Grams(grams=1), **made)


def feed(canary: Canary, service: Service, pairs: int, **challenger: Any) -> None:
    for _ in range(pairs):
        canary.note(outcome(service, PRODUCTION))
        canary.note(outcome(service, CHALLENGER, **challenger))


@pytest.mark.parametrize(
    ("challenger", "said"),
    [({"word": "failed", "response": None}, "it fails more often"), ({"seconds": 0.2}, "it is slower")],
)
def test_a_challenger_that_is_worse_loses_its_share_for_good_and_the_ledger_says_why(
    challenged: Path, challenger: dict[str, Any], said: str
) -> None:
    with served(**SHARE) as (service, client), ThreadPoolExecutor(1) as writing:
        canary = Canary({MODEL: CanarySettings(share=0.5)}, service.versions, writing)
        feed(canary, service, 12, **challenger)
        assert said in canary.states()[MODEL]
        assert {canary.choose(MODEL, Grams(grams=n)) for n in range(40)} == {PRODUCTION}
        writing.shutdown()
        last = history(MODEL)[-1].move
        assert (last.action, last.rule, last.to_version, last.by) == ("REFUSED", "canary", 2, "service")
        assert said in last.reason
        assert client.get("/ready").json()["problems"] == []
    with served(**SHARE) as (_, client):  # also after a restart
        assert set(asked(client).values()) == {PRODUCTION}


def test_a_challenger_that_is_no_worse_keeps_its_share(challenged: Path) -> None:
    with served(**SHARE) as (service, _), ThreadPoolExecutor(1) as writing:
        canary = Canary({MODEL: CanarySettings(share=0.5)}, service.versions, writing)
        feed(canary, service, 200, seconds=0.12)
        assert canary.states()[MODEL] == "Version 2 answers 50 % of the requests."


def test_another_challenger_starts_with_a_share_of_its_own(challenged: Path) -> None:
    with served(**SHARE) as (service, client), ThreadPoolExecutor(1) as writing:
        canary = Canary({MODEL: CanarySettings(share=0.5)}, service.versions, writing)
        feed(canary, service, 12, word="failed", response=None)
        writing.shutdown()
        set_challenger(MODEL, 3)
        until = time.monotonic() + 10
        while CHALLENGER not in asked(client).values():
            assert time.monotonic() < until
