"""Tests: no version is served that a fresh stock client does not draw with as it was evaluated."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from components.core.errors import CheckpointError
from components.core.proof import Proof, as_png, from_png
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.proof import draw_proof
from registry.proofs import read_proof, write_proof
from registry.smoke import smoke
from registry.tracking import open_run
from registry.versions import ModelVersion, checkpoint_of, register, trained_versions
from tests.registry.conftest import MODEL, toy_recipe
from tests.registry.starters import random_adapter, starter_config

PROMPT = "A professional product photo of red casual shoes"


def make(config: ProductImagesConfig, folder: Path, strength: float = 0.05) -> ModelVersion:
    """Register a version of the committed base, with a proof."""
    with open_run(config, "train", "1") as run:
        register(config, run, toy_recipe("diffusers"), random_adapter(config, folder, strength), "t1", "s1")
    (version,) = trained_versions("starter", "t1")
    with open_run(config, "evaluate", "2") as run:
        write_proof(run, version, draw_proof(config, checkpoint_of(version), PROMPT, 7))
    return trained_versions("starter", "t1")[0]


def proof_of(version: ModelVersion) -> Proof:
    proof = read_proof(version)
    assert proof is not None
    return proof


@pytest.fixture
def version(home: Path, tmp_path: Path) -> ModelVersion:
    return make(starter_config(), tmp_path / "adapter")


def test_a_fresh_process_draws_the_proof_to_the_pixel(version: ModelVersion) -> None:
    proof = proof_of(version)
    assert from_png(proof.picture).shape == (64, 64, 3)
    smoke(version, proof)


@pytest.mark.slow  # an interpreter with all of diffusers each
def test_a_version_that_draws_another_picture_is_refused(version: ModelVersion) -> None:
    proof = proof_of(version)
    one_level_off = from_png(proof.picture).copy()
    one_level_off[0, 0, 0] ^= 1
    other = replace(proof, picture=as_png(one_level_off))
    with pytest.raises(CheckpointError, match=r"is 1 of 255 grey levels off .* expected 0 at most"):
        smoke(version, other)
    smoke(version, replace(other, machine="another"))  # where the last bit may differ


@pytest.mark.slow
def test_a_version_without_effect_is_refused(home: Path, tmp_path: Path) -> None:
    version = make(starter_config(), tmp_path / "adapter", strength=0.0)
    with pytest.raises(CheckpointError, match="draws what its base model draws"):
        smoke(version, proof_of(version))


def test_a_version_that_was_never_evaluated_is_refused(version: ModelVersion) -> None:
    with pytest.raises(CheckpointError, match=r"^Version 1 of starter has no proof, .*run `evaluate`\.$"):
        smoke(version, None)


def test_a_version_that_draws_nothing_in_time_is_refused(version: ModelVersion) -> None:
    with pytest.raises(CheckpointError, match="has drawn nothing after 0 s"):
        smoke(version, proof_of(version), seconds=0.01)


def test_a_proof_comes_back_as_it_was_and_a_changed_one_not_at_all(version: ModelVersion, home: Path) -> None:
    proof = proof_of(version)
    assert (proof.prompt, proof.seed, proof.steps, proof.scheduler) == (PROMPT, 7, 2, "DDIMScheduler")
    (picture,) = home.rglob("proof.png")
    picture.write_bytes(as_png(np.zeros((64, 64, 3), np.uint8)))
    with pytest.raises(CheckpointError, match="its picture is another one"):
        read_proof(version)


def test_a_toy_that_no_stock_client_loads_has_its_files_checked_alone(make_version: Callable[..., int]) -> None:
    make_version(step=10)
    (version,) = trained_versions(MODEL, "t1")
    smoke(version, None)
    (checkpoint_of(version).folder / "weights.txt").write_text("others")
    with pytest.raises(CheckpointError, match="not what was registered"):
        smoke(version, None)
