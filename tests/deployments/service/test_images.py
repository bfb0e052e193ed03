"""Tests: pictures for a prompt, as JSON or as PNG, the same to the bit alone and in a batch."""

import base64
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from PIL import Image

from deployments.service.service import Service
from registry.aliases import PRODUCTION
from tests.deployments.service.pictures import MODEL

Starters = tuple[Service, TestClient]


def generate(client: TestClient, **fields: Any) -> Any:
    return client.post("/generate/image", json={"prompt": "red shoes", **fields})


def pixels(png: bytes) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))


def test_pictures_come_with_their_seeds_and_the_version(starters: Starters) -> None:
    answer = generate(starters[1], seed=5, count=2)
    found = answer.json()
    assert (answer.status_code, found["model"], found["version"], found["alias"]) == (200, MODEL, "1", PRODUCTION)
    assert [image["seed"] for image in found["images"]] == [5, 6]
    with Image.open(io.BytesIO(base64.b64decode(found["images"][1]["png"]))) as image:
        assert image.size == (64, 64)
        assert {name: image.info[name] for name in ("prompt", "seed", "version", "weights")} == {
            "prompt": "red shoes",
            "seed": "6",
            "version": "1",
            "weights": found["weights"],
        }


def test_the_first_picture_itself_is_sent_to_who_accepts_png(starters: Starters) -> None:
    answer = starters[1].post(
        "/generate/image", json={"prompt": "red shoes", "seed": 5}, headers={"Accept": "image/png"}
    )
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["x-atelier-version"] == "1"
    sent = base64.b64decode(generate(starters[1], seed=5).json()["images"][0]["png"])
    assert answer.content == sent


def test_a_picture_is_the_same_bits_alone_and_among_others(starters: Starters) -> None:
    service, client = starters
    predictor = service.versions.current(MODEL).loaded.predictor
    with ThreadPoolExecutor(8) as pool:
        asked = [{"prompt": f"shoes {n}", "seed": 100 + n, "count": 1 + n % 3} for n in range(12)]
        answers = list(pool.map(lambda fields: generate(client, **fields).json(), asked))
    for fields, answer in zip(asked, answers, strict=True):
        alone = predictor.predict(predictor.request.model_validate(fields))
        for image, picture in zip(answer["images"], alone.model_dump()["pictures"], strict=True):
            assert np.array_equal(pixels(base64.b64decode(image["png"])), pixels(picture))


def test_too_many_pictures_and_a_too_long_prompt_are_refused(starters: Starters) -> None:
    many = generate(starters[1], count=17)
    assert many.json()["detail"] == "count is 17, expected 16 at most: ask for fewer, or start a job with POST /jobs."
    long = generate(starters[1], prompt="x" * 5000)
    assert long.json()["detail"] == "prompt is wrong: String should have at most 1000 characters."


def test_a_model_that_generates_no_pictures_says_so(client: TestClient) -> None:
    assert generate(client).json()["detail"].startswith("No model that answers generates images")
    assert generate(client, model="fruit").status_code == 422
