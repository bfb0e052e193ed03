"""Tests: a server or a database that does not answer is an error in one sentence, in seconds."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from components.core.errors import UnavailableError
from registry.answering import answers, require_mlflow
from registry.client import connect


@contextmanager
def silent_port() -> Iterator[int]:
    """Listen and never answer, as a server that hangs does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@contextmanager
def refusing_server() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)  # 501 for every method
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg2", "http"])
def test_an_address_where_nobody_answers_is_named_in_one_sentence(scheme: str) -> None:
    began = time.monotonic()
    with pytest.raises(
        UnavailableError, match=rf"not answer at {scheme.replace('+', '.')}://.*127\.0\.0\.1:9.*: start it"
    ) as raised:
        require_mlflow(f"{scheme}://127.0.0.1:9")
    assert time.monotonic() - began < 5
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("scheme", [pytest.param("postgresql", marks=pytest.mark.slow), "http"])
def test_a_server_that_hangs_is_noticed_in_seconds(scheme: str) -> None:
    began = time.monotonic()
    with silent_port() as port, pytest.raises(UnavailableError, match="does not answer"):
        require_mlflow(f"{scheme}://127.0.0.1:{port}")
    assert time.monotonic() - began < 9


def test_a_password_is_not_in_the_error_of_a_database() -> None:
    with pytest.raises(UnavailableError) as raised:
        require_mlflow("postgresql://me:secret@127.0.0.1:9/db")
    assert "secret" not in str(raised.value)


def test_a_server_of_this_machine_is_asked_without_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with refusing_server() as address:
        assert answers(f"{address}/health")


def test_a_server_with_a_password_in_its_address_is_asked() -> None:
    with refusing_server() as address:
        assert answers(f"{address.replace('://', '://me:p%40ss@')}/health")


def test_a_refusal_is_an_answer() -> None:
    with refusing_server() as address:
        assert answers(f"{address}/health")
        require_mlflow(address)


def test_a_dead_database_stops_the_first_connection_and_prints_nothing(
    bare_home: object, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "postgresql://127.0.0.1:9/mlflow")
    with pytest.raises(UnavailableError, match="MLflow's database does not answer"):
        connect()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("uri", ["sqlite:////nowhere/mlflow.db", "databricks", "nonsense://x"])
def test_what_cannot_be_asked_is_left_to_mlflow(uri: str) -> None:
    require_mlflow(uri)
