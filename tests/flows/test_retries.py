"""Tests: tasks are repeated where that is safe and may help, and Prefect counts the attempts."""

import shutil
import time
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import TaskRunFilter, TaskRunFilterName
from prefect.client.schemas.objects import TaskRun
from prefect.client.schemas.sorting import TaskRunSort

from components.core.errors import DataError
from components.recipes import RECIPES
from flows.ingest import ingest
from flows.train import train
from registry.settings import settings
from tests.flows import failing_toys


class FlakyFiles(LocalFileSystem):
    """A store of snapshots that is away at first: `flaky:///folder`."""

    protocol = "flaky"
    cachable = False
    left = 0  # calls that it does not answer

    @classmethod
    def _strip_protocol(cls, path: Any) -> str:
        return str(super()._strip_protocol(str(path).removeprefix("flaky://")))

    def exists(self, path: str, **options: Any) -> bool:
        if FlakyFiles.left:
            FlakyFiles.left -= 1
            raise ConnectionResetError("Connection reset by peer")
        return bool(super().exists(path, **options))


def attempts(name: str) -> TaskRun:
    """Return the newest task run of this name, once Prefect's server knows that it has ended."""
    wanted = TaskRunFilter(name=TaskRunFilterName(any_=[name]))
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with get_client(sync_client=True) as client:
            found = client.read_task_runs(task_run_filter=wanted, sort=TaskRunSort.EXPECTED_START_TIME_DESC, limit=1)
        if found and found[0].state and found[0].state.is_final():
            return found[0]
        time.sleep(0.2)
    raise TimeoutError(name)


def test_a_training_that_loses_mlflow_is_repeated_from_its_checkpoints(
    toy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RECIPES, "toy", "tests.flows.failing_toys")
    ingest(toy)
    failing_toys.found.clear()
    assert len(train(toy)) == 4
    assert [len(found) for found in failing_toys.found] == [0, 2]
    run = attempts(f"train {toy}")
    assert (run.run_count, run.state_name) == (2, "Completed")


def test_a_snapshot_is_read_although_its_store_was_away_for_a_moment(
    toy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsspec.register_implementation("flaky", FlakyFiles, clobber=True)
    monkeypatch.setenv("ATELIER_SNAPSHOTS_URL", f"flaky://{tmp_path}/shared")
    digest = ingest(toy)["digest"]
    shutil.rmtree(settings().home / "snapshots")
    FlakyFiles.left = 1
    assert len(train(toy, digest)) == 4
    assert attempts(f"read snapshot {digest}").run_count == 2


def test_what_only_a_person_can_mend_is_not_repeated(toy: str) -> None:
    with pytest.raises(DataError, match="abcdefabcdef"):
        train(toy, "abcdefabcdef")
    run = attempts("read snapshot abcdefabcdef")
    assert (run.run_count, run.state_name) == (1, "Failed")
