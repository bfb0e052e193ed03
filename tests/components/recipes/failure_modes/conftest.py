"""Tests: a small model that is trained once for all tests, and the real comments, where they are available."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from components.core.records import Checkpoint, Snapshot
from components.recipes.failure_modes.config import FailureModesConfig
from components.recipes.failure_modes.train import train
from tests.components.recipes.failure_modes.settings import Log, config_of, many, snapshot_of, table
from tests.conftest import SHARED


class Trained(NamedTuple):
    config: FailureModesConfig
    snapshot: Snapshot[Any]
    folder: Path
    checkpoints: Sequence[Checkpoint]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("trained")
    rows = [(text, "Worn" if number % 11 == 0 else label) for number, (text, label) in enumerate(many())]
    (folder / "comments.csv").write_text(table(rows))  # some labels are wrong, so that no candidate is too sure
    config = config_of(folder / "comments.csv", data={"reading": {"abbreviations": {"brkn": "broken"}}})
    snapshot = snapshot_of(config, folder)
    (folder / "checkpoints").mkdir()
    return Trained(config, snapshot, folder, train(config, snapshot, folder / "checkpoints", Log()))


@pytest.fixture(scope="session")
def failure_modes() -> Path:
    """The folder with the real comments. Tests that use it are marked `shared_data`."""
    folder = SHARED / "data" / "failure-modes"
    if not (folder / "fmc_mwo2kg.csv").is_file():
        pytest.skip("the real comments are missing: name the folder with data/failure-modes in ATELIER_SHARED")
    return folder
