"""Tests: `serve` looks after the work of dead processes by itself."""

from pathlib import Path

import psutil
import pytest
from prefect.settings import PREFECT_API_URL

from flows.serve import reap_dead
from registry.lease_rows import State, Work, find
from tests.registry.work import dead_lease


def test_no_process_starts_while_nothing_died(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere")  # a process that started there would fail
    before = psutil.Process().children()
    reap_dead()
    assert psutil.Process().children() == before


def test_work_that_died_is_looked_after(toy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT_API_URL", str(PREFECT_API_URL.value()))  # as the command sets it
    lease = dead_lease(Work(toy, "ingest", "", "", f"atelier ingest {toy}"))
    reap_dead()
    assert [(found.id, found.state) for found in find()] == [(lease.id, State.DEAD)]
