"""Tests: a version has the digest of its manifest, and is not loaded if its files were changed."""

import json
from collections.abc import Callable
from importlib.metadata import version as installed
from pathlib import Path

import pytest
from mlflow.entities.model_registry import ModelVersion

from components.core.errors import CheckpointError
from components.core.files import file_digest
from components.core.manifest import MANIFEST
from registry.client import connect
from registry.search import trained_versions
from registry.version_files import verified_files
from registry.version_record import kept
from registry.versions import checkpoint_of
from tests.registry.conftest import MODEL


@pytest.fixture
def version(make_version: Callable[..., int]) -> ModelVersion:
    make_version(step=10)
    return trained_versions(MODEL, "t1")[0]


def folder_of(version: ModelVersion) -> Path:
    return verified_files(version).folder


def test_a_manifest_records_the_origin_of_the_version(version: ModelVersion) -> None:
    found = verified_files(version)
    origin = found.manifest.origin
    assert (origin.model, origin.step, origin.adapter) == (MODEL, 10, "digest10")
    assert (origin.snapshot, origin.training, origin.git_sha) == ("s1", "t1", kept(version)["git_sha"])
    assert origin.packages == {"pydantic": installed("pydantic")}
    assert kept(version)["manifest"] == file_digest(found.folder / MANIFEST)
    assert found.manifest.files["checkpoint/weights.txt"].size == len("weights of step 10")
    assert "MLmodel" in found.manifest.files


def change_the_weights(folder: Path) -> None:
    (folder / "checkpoint" / "weights.txt").write_text("weights of step 11")


def change_the_manifest(folder: Path) -> None:
    content = json.loads((folder / MANIFEST).read_text())
    content["origin"]["snapshot"] = "s2"
    (folder / MANIFEST).write_text(json.dumps(content))


def change_both(folder: Path) -> None:
    change_the_weights(folder)
    content = json.loads((folder / MANIFEST).read_text())
    content["files"]["checkpoint/weights.txt"]["sha256"] = file_digest(folder / "checkpoint" / "weights.txt")
    (folder / MANIFEST).write_text(json.dumps(content))


def add_a_file(folder: Path) -> None:
    (folder / "checkpoint" / "more.json").write_text("{}")


def add_an_empty_folder(folder: Path) -> None:
    (folder / "adapter_weights").mkdir()  # which could be taken for the checkpoint's folder


@pytest.mark.parametrize(
    "change", [change_the_weights, change_the_manifest, change_both, add_a_file, add_an_empty_folder]
)
def test_a_version_whose_files_were_changed_gives_no_checkpoint(
    version: ModelVersion, change: Callable[[Path], None]
) -> None:
    change(folder_of(version))
    with pytest.raises(CheckpointError, match=r"^Version 1 of toy: .*expected.*train again\.$"):
        checkpoint_of(version)


def test_a_version_without_the_digest_gives_no_checkpoint(version: ModelVersion) -> None:
    connect().delete_model_version_tag(MODEL, "1", "record")
    with pytest.raises(CheckpointError, match="has no 'manifest', expected its manifest's sha256: train again"):
        checkpoint_of(connect().get_model_version(MODEL, "1"))
