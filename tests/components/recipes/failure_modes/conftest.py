"""Tests: the real comments, where they are available."""

from pathlib import Path

import pytest

from tests.conftest import SHARED


@pytest.fixture(scope="session")
def failure_modes() -> Path:
    """The folder with the real comments. Tests that use it are marked `shared_data`."""
    folder = SHARED / "data" / "failure-modes"
    if not (folder / "fmc_mwo2kg.csv").is_file():
        pytest.skip("the real comments are missing: name the folder with data/failure-modes in ATELIER_SHARED")
    return folder
