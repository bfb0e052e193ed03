"""Tests: a bucket is made once, on a real S3 server of this machine."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.data.snapshot_store import fetch_history, upload_snapshots
from components.data.snapshots import build_snapshot, read_snapshot
from deployments.make_bucket import make_bucket
from registry.answering import answers
from tests.components.data.test_snapshots import making
from tests.deployments.test_servers import free_port, wait_for


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """The address of an empty S3 server, which clients of this process use."""
    address = f"http://127.0.0.1:{free_port()}"
    for name, value in {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "atelier",
        "AWS_SECRET_ACCESS_KEY": "only-of-this-test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", address.rpartition(":")[2]]
    with (tmp_path / "s3.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for(lambda: answers(address))
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)


@pytest.mark.slow
def test_a_bucket_is_made_once_and_keeps_snapshots(s3: str, tmp_path: Path) -> None:
    assert make_bucket("atelier")
    assert not make_bucket("atelier")
    snapshot, _ = build_snapshot(tmp_path / "here", {}, making("shoe", "boot"))
    for _ in range(2):
        upload_snapshots(tmp_path / "here", "s3://atelier/snapshots/shoes")
    fetch_history(tmp_path / "there", "s3://atelier/snapshots/shoes")
    assert read_snapshot(tmp_path / "there").splits == snapshot.splits
