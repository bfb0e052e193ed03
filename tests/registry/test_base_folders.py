"""Tests: a version that another machine has registered names this machine's folder of the same base model."""

import shutil
from pathlib import Path

import pytest

from components.core.files import file_digest
from components.core.manifest import MANIFEST, verify_files
from registry.base_folders import origin_in, place_in, use_own_base
from registry.client import connect
from registry.version_files import verified_files
from tests.registry.homes import BUNDLED, MODEL, register_version, write_model


@pytest.fixture
def fetched(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a version's files, whose base model was in a folder that this machine does not have."""
    there = shutil.copytree(BUNDLED, tmp_path / "there")
    write_model(tmp_path / "models", there)
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models"))
    register_version(tmp_path / "models", tmp_path / "step", str(there))
    files = verified_files(connect().get_model_version(MODEL, "1"))
    copy = shutil.copytree(files.folder, tmp_path / "copy")
    shutil.rmtree(there)
    return Path(copy)


def test_a_fetched_version_names_the_folder_of_this_machine_and_stays_what_was_registered(
    fetched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = shutil.copytree(BUNDLED, tmp_path / "here")
    write_model(tmp_path / "models of this machine", here)
    monkeypatch.setenv("ATELIER_MODELS", str(tmp_path / "models of this machine"))
    origin = origin_in(fetched)
    assert origin is not None
    use_own_base(fetched, origin)
    assert place_in(fetched) == here
    verify_files(fetched, file_digest(fetched / MANIFEST))


def test_a_machine_without_that_base_model_leaves_the_version_as_it_is(fetched: Path, tmp_path: Path) -> None:
    origin = origin_in(fetched)
    assert origin is not None
    use_own_base(fetched, origin)
    assert place_in(fetched) == tmp_path / "there"
