"""Tests: each candidate is one checkpoint without a pickle, fitted once."""

import shutil
from pathlib import Path

import pytest

from components.core.errors import ConfigError
from components.recipes.product_attributes.candidates import LADDER
from components.recipes.product_attributes.train import train
from components.training.checkpoints import checkpoint_folder
from tests.components.recipes.product_attributes.conftest import Trained
from tests.components.recipes.product_attributes.tables import Log, config_of


def test_each_candidate_is_a_checkpoint_with_its_name_and_no_pickle(trained: Trained) -> None:
    assert [(c.step, c.name) for c in trained.checkpoints] == list(enumerate(LADDER, start=1))
    assert len({c.digest for c in trained.checkpoints}) == len(LADDER)
    kinds = {path.suffix for c in trained.checkpoints for path in c.folder.rglob("*") if path.is_file()}
    assert kinds <= {".json", ".safetensors"}


def test_a_finished_candidate_is_reused_and_a_missing_one_has_the_same_weights(
    trained: Trained, tmp_path: Path
) -> None:
    shutil.copytree(trained.folder, tmp_path / "again")
    shutil.rmtree(checkpoint_folder(tmp_path / "again", 5))
    kept = checkpoint_folder(tmp_path / "again", 1)
    before = {path: path.stat().st_mtime_ns for path in kept.rglob("*")}
    again = train(trained.config, trained.snapshot, tmp_path / "again", Log())
    assert [c.digest for c in again] == [c.digest for c in trained.checkpoints]
    assert {path: path.stat().st_mtime_ns for path in kept.rglob("*")} == before


def test_unknown_candidates_are_refused_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="unknown candidate magic; known: independent, chow-liu-tree, chain"):
        config_of(["magic"])


def test_a_version_depends_on_the_constraints() -> None:
    assert config_of().training_digest("s") != config_of(constraints=[]).training_digest("s")
