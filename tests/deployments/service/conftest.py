"""Tests: a home with three versions of the toy, and a service that serves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deployments.service.service import Service
from tests.deployments.service.fruit import register_fruit, served


@pytest.fixture
def fruit(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home whose version 1 of the toy is in production."""
    register_fruit(monkeypatch, tmp_path)
    return home


@pytest.fixture
def running_service(fruit: Path) -> Iterator[tuple[Service, TestClient]]:
    with served() as both:
        yield both


@pytest.fixture
def client(running_service: tuple[Service, TestClient]) -> TestClient:
    return running_service[1]


@pytest.fixture
def service(running_service: tuple[Service, TestClient]) -> Service:
    return running_service[0]
