"""Tests: a candidate is packed for MLflow's pyfunc flavour, and a pickle among its files is refused."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from components.core.errors import CheckpointError
from components.recipes.failure_modes.package import package
from tests.components.recipes.failure_modes.conftest import Trained


def test_mlflow_gets_the_checkpoint_and_the_module_that_loads_it(trained: Trained) -> None:
    packed = package(trained.config, trained.checkpoints[1])
    assert packed.flavor == "pyfunc"
    assert packed.options["data_path"] == str(trained.checkpoints[1].folder)
    assert packed.signature is not None
    assert packed.signature.inputs == {"text": "string"}
    assert packed.signature.params == {"top": 3, "words": 3}


def test_a_pickle_is_refused(trained: Trained, tmp_path: Path) -> None:
    shutil.copytree(trained.checkpoints[1].folder, tmp_path / "step-000002")
    (tmp_path / "step-000002" / "model" / "more.pkl").write_bytes(b"\x80\x04.")
    with pytest.raises(CheckpointError, match=r"of the kind '\.pkl'"):
        package(trained.config, replace(trained.checkpoints[1], folder=tmp_path / "step-000002"))
