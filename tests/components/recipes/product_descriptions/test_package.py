"""Tests of packing a version for MLflow."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from components.core.errors import CheckpointError
from components.core.records import Checkpoint
from components.recipes.product_descriptions.package import package
from tests.components.recipes.product_descriptions.toy_descriptions import toy_config


def test_it_packs_the_adapter_and_no_optimizer_state_and_no_pickle(toy_base: Path, trained: Checkpoint) -> None:
    packed = package(toy_config(toy_base), trained)

    assert packed.flavor == "pyfunc"
    names = {path.name for path in Path(packed.options["data_path"]).iterdir()}
    assert names == {"adapter_config.json", "adapter_model.safetensors", "writing.json", "checking.json", "words.json"}
    assert packed.signature is not None
    assert packed.signature.params["longest"] == 12
    assert packed.signature.example == {"attributes": ["articleType=Heels, baseColour=Red"]}


def test_a_file_that_may_run_code_is_refused(toy_base: Path, trained: Checkpoint, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(trained.folder, tmp_path / "copy"))
    (folder / "adapter/extra.bin").write_bytes(b"\x80\x04.")

    with pytest.raises(CheckpointError, match="expected safetensors, skops, JSON or text"):
        package(toy_config(toy_base), replace(trained, folder=folder))


def test_a_checkpoint_without_an_adapter_is_one_sentence(toy_base: Path, trained: Checkpoint, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="has no folder adapter"):
        package(toy_config(toy_base), replace(trained, folder=tmp_path))
