"""Tests: the service stands on PostgreSQL and S3 by two variables, as it does on SQLite and a folder."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.service.callers import Gate
from registry.request_log import requests
from registry.service_keys import make_key
from registry.service_usage import usage
from registry.tracking import newest_run
from tests.deployments.service.fruit import MODEL, promote, register_fruit, served, sort
from tests.registry.postgresql import find_programs, new_database, run_server
from tests.scale.services import BUCKET, run_s3

SECONDS = 60.0


@pytest.fixture
def stores(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home whose database is PostgreSQL, and whose artifacts are on S3."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: install its server, or put initdb into PATH")
    with run_server(programs) as socket, run_s3(tmp_path) as s3:
        both = {"ATELIER_DATABASE_URL": new_database(socket), "ATELIER_ARTIFACTS_URL": f"s3://{BUCKET}/mlflow"}
        for name, value in {**s3, **both}.items():
            monkeypatch.setenv(name, value)
        (tmp_path / "toy").mkdir()
        register_fruit(monkeypatch, tmp_path / "toy")
        yield home


@pytest.mark.slow
def test_the_service_answers_counts_and_swaps_on_postgresql_and_s3(stores: Path) -> None:
    run = newest_run(MODEL, {"flow": "train"})
    assert run is not None
    assert run.info.artifact_uri.startswith(f"s3://{BUCKET}/mlflow/")
    headers = {"Authorization": f"Bearer {make_key('shop', quota=2)}"}
    with served(Gate(required=True), cache_mb=0) as (service, client):
        assert sort(client, 61, headers=headers).json() == {"kind": "apple"}
        promote(3)  # the ledger and its locks are in PostgreSQL, the version's files on S3
        until = time.monotonic() + SECONDS
        while service.versions.current(MODEL).version != 3 and time.monotonic() < until:
            time.sleep(0.05)
        assert sort(client, 61, headers=headers).json() == {"kind": "plum"}
        assert sort(client, 61, headers=headers).status_code == 429
    assert [(used.name, used.outputs) for used in usage()] == [("shop", 2)]
    assert [(row.caller, row.version) for row in requests(MODEL)] == [("shop", 1), ("shop", 3)]
    assert not (stores / "atelier.db").exists()
