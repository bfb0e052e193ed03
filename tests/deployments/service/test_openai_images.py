"""Tests: the stock client of OpenAI generates pictures, and reads our errors."""

import base64
import socket
from collections.abc import Iterator
from threading import Thread

import openai
import pytest
import uvicorn
from fastapi.testclient import TestClient

from deployments.service.app import create_app
from deployments.service.service import Service
from tests.deployments.service.pictures import MODEL

Starters = tuple[Service, TestClient]


@pytest.fixture(scope="module")
def stock(starters: Starters) -> Iterator[openai.OpenAI]:
    """The client as users make it, of a server that listens on a port."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(starters[0]), log_level="warning", lifespan="off"))
    thread = Thread(target=server.run, args=([listening],))
    thread.start()
    port = listening.getsockname()[1]
    with openai.OpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none", max_retries=0) as client:
        yield client
    server.should_exit = True
    thread.join()


def test_the_stock_client_generates_pictures(stock: openai.OpenAI, starters: Starters) -> None:
    answer = stock.images.generate(prompt="red shoes", model=MODEL, n=2, size="64x64", extra_body={"seed": 5})
    assert answer.data is not None
    assert answer.created > 0
    ours = starters[1].post("/generate/image", json={"prompt": "red shoes", "seed": 5, "count": 2}).json()
    assert [image.b64_json for image in answer.data] == [image["png"] for image in ours["images"]]
    assert base64.b64decode(answer.data[0].b64_json or "").startswith(b"\x89PNG")


def test_it_lists_the_models(stock: openai.OpenAI) -> None:
    assert [model.id for model in stock.models.list()] == [MODEL]


def test_it_gets_our_sentence_for_what_is_not_possible(stock: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match="size is '1024x1024', expected 'auto' or '64x64'"):
        stock.images.generate(prompt="red shoes", size="1024x1024")
    with pytest.raises(openai.UnprocessableEntityError, match="response_format is 'url', expected 'b64_json'"):
        stock.images.generate(prompt="red shoes", response_format="url")
    with pytest.raises(openai.NotFoundError, match="No model is called 'dall-e-3'"):
        stock.images.generate(prompt="red shoes", model="dall-e-3")
