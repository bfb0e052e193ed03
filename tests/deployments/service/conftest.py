"""Tests: homes with versions of the toy and of the starter, each made once, and services that serve copies of them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from deployments.service.service import Service
from tests.deployments.service.fruit import copy_into, register_fruit, served
from tests.deployments.service.pictures import register_starters
from tests.flows.homes import use_copy


@pytest.fixture(scope="session")
def fruit_home(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fruit")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATELIER_HOME", str(folder / "home"))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        copy_into(template_database, folder / "home")
        register_fruit(patch, folder)
    return folder


@pytest.fixture
def fruit(fruit_home: Path, bare_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home with three versions of the toy, of which version 1 is in production."""
    use_copy(monkeypatch, fruit_home, bare_home)
    monkeypatch.setenv("ATELIER_MODELS", str(fruit_home / "models"))
    return bare_home


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


@pytest.fixture(scope="module")
def starters(template_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Service, TestClient]]:
    """A service whose model generates pictures, in few steps, from adapters of random weights."""
    folder = tmp_path_factory.mktemp("starters")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATELIER_HOME", str(folder / "home"))
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        copy_into(template_database, folder / "home")
        register_starters(patch, folder, count=1)
        with served(queue={"gather_ms": 20}) as both:
            yield both
