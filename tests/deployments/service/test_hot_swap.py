"""Tests: Production moves while many clients ask: no request fails, none mixes versions, the new one answers in 5 s."""

import base64
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient

from components.recipes import read_config
from registry.loaded import load_version
from registry.settings import settings
from tests.deployments.service.fruit import THRESHOLDS, promote, served, sort
from tests.deployments.service.pictures import MODEL, register_starters
from tests.deployments.service.pictures import promote as promote_starter
from tests.flows.homes import use_copy
from tests.test_toys import Log

LIMIT = 5.0  # seconds until a new version answers
CLIENTS = 8


def seconds_until(client: TestClient, version: int) -> float:
    began = time.monotonic()
    while sort(client, 1).headers["x-atelier-version"] != str(version):
        assert time.monotonic() - began < LIMIT
    return time.monotonic() - began


def keep_asking(client: TestClient, ended: Event) -> Iterator[tuple[int, Mapping[str, str], Any]]:
    grams = 0
    while not ended.is_set():
        grams = (grams + 7) % 200
        answer = sort(client, grams)
        yield grams, answer.headers, (answer.status_code, answer.json())


def move_often(client: TestClient, moves: int) -> None:
    for move in range(moves):
        promote(2 + move % 2)
        seconds_until(client, 2 + move % 2)


@pytest.mark.parametrize("moves", [4, pytest.param(50, marks=pytest.mark.slow)])
def test_no_request_fails_or_mixes_while_production_moves(fruit: Path, moves: int) -> None:
    ended = Event()
    with served(cache_mb=0) as (_, client), ThreadPoolExecutor(CLIENTS) as pool:
        asking = [pool.submit(lambda: list(keep_asking(client, ended))) for _ in range(CLIENTS)]
        try:
            move_often(client, moves)
        finally:
            ended.set()
        answers = [answer for each in asking for answer in each.result()]
    assert len(answers) > moves
    for grams, headers, answer in answers:
        threshold = THRESHOLDS[int(headers["x-atelier-version"]) - 1]
        assert answer == (200, {"kind": "apple" if grams > threshold else "plum"})


@pytest.mark.slow
def test_pictures_are_those_of_the_version_that_the_response_names_while_production_moves(
    home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    register_starters(monkeypatch, tmp_path, count=2)
    ended = Event()

    def ask(client: TestClient, first: int) -> list[tuple[int, str, bytes]]:
        found: list[tuple[int, str, bytes]] = []
        while not ended.is_set():
            seed = first + len(found)
            answer = client.post("/generate/image", json={"prompt": "red shoes", "seed": seed})
            assert answer.status_code == 200
            found.append((seed, answer.json()["version"], base64.b64decode(answer.json()["images"][0]["png"])))
        return found

    with served(cache_mb=0) as (_, client), ThreadPoolExecutor(4) as pool:
        asking = [pool.submit(ask, client, 1000 * n) for n in range(4)]
        for move in range(6):
            promote_starter(2 - move % 2)
            time.sleep(2.0)
        ended.set()
        answers = [answer for each in asking for answer in each.result()]
    config = read_config(settings().models, MODEL)
    loaded = {number: load_version(config, number, Log()) for number in ("1", "2")}
    assert {version for _, version, _ in answers} == {"1", "2"}
    for seed, version, png in answers:
        predictor = loaded[version].predictor
        alone: Any = predictor.predict(predictor.request(prompt="red shoes", seed=seed))
        assert alone.with_origin(loaded[version].origin) == (png,)


def test_the_new_version_answers_within_seconds(
    fruit_home: Path, bare_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_copy(monkeypatch, fruit_home, bare_home)
    with served(look_seconds=1.0) as (_, client):
        promote(3)
        assert seconds_until(client, 3) < LIMIT
