"""Tests: the metrics are served as Prometheus's text, to this machine's names only."""

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from deployments.observability.metrics import Models
from deployments.observability.serve import create_app
from tests import ROOT

WRONG_HOST, REFUSED = 400, 403


@pytest.fixture
def client(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path))
    return TestClient(create_app(9464, Models()), base_url="http://127.0.0.1:9464")


def test_prometheus_reads_the_text(client: TestClient) -> None:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert "atelier_ledger_verified" in {family.name for family in text_string_to_metric_families(answer.text)}


def test_other_hosts_and_other_pages_are_refused(client: TestClient) -> None:
    assert client.get("/metrics", headers={"Host": "evil.example:9464"}).status_code == WRONG_HOST
    assert client.get("/metrics", headers={"Origin": "http://evil.example"}).status_code == REFUSED


def test_the_command_serves_on_loopback_and_ends_with_sigterm(home: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "ATELIER_MODELS": str(tmp_path)}
    words = [sys.executable, "-m", "deployments", "metrics", "--port", "0"]
    with subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().split()[-1]
            text = urllib.request.urlopen(address, timeout=60).read()
        finally:
            process.terminate()
    assert address.startswith("http://127.0.0.1:")
    assert b"atelier_unreadable" in text
    assert process.returncode == 0
