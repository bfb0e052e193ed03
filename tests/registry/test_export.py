"""Tests: a version's adapter is exported to a new folder, and only if it is what was registered."""

from pathlib import Path

import pytest
from mlflow.entities.model_registry import ModelVersion

from components.core.errors import CheckpointError, UsageError
from components.recipes import get_recipe
from registry.export import export
from registry.search import trained_versions
from registry.tracking import open_run
from registry.version_files import verified_files
from registry.versions import register
from tests.registry.starters import random_adapter, starter_config
from tests.registry.toy_recipe import ADAPTERS

FORMATS = get_recipe("product-images").exports


@pytest.fixture
def version(home: Path, tmp_path: Path) -> ModelVersion:
    config = starter_config()
    with open_run(config, "train", "1") as run:
        register(config, run, ADAPTERS, random_adapter(config, tmp_path / "adapter"), "t1", "s1")
    return trained_versions("starter", "t1")[0]


def test_the_files_of_a_format_are_written_into_a_new_folder(version: ModelVersion, tmp_path: Path) -> None:
    found = export(version, tmp_path / "out" / "peft", "peft", FORMATS)
    assert [path.name for path in found if path.suffix in {".json", ".safetensors"}] == [
        "adapter_config.json",
        "adapter_model.safetensors",
    ]
    with pytest.raises(UsageError, match="is there already"):
        export(version, tmp_path / "out" / "peft", "peft", FORMATS)


def test_a_changed_version_is_not_exported_and_no_folder_stays(version: ModelVersion, tmp_path: Path) -> None:
    (verified_files(version).folder / "requirements.txt").write_text("others")
    with pytest.raises(CheckpointError, match="not what was registered"):
        export(version, tmp_path / "out", "kohya", FORMATS)
    assert not (tmp_path / "out").exists()


def test_an_unknown_format_names_the_known_ones(version: ModelVersion, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"No format is called 'pickle'\. Known formats: .*, kohya, peft\."):
        export(version, tmp_path / "out", "pickle", FORMATS)
