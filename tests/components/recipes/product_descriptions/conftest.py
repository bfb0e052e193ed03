"""Tests: the tiny base and one training of it, shared by the tests of a session."""

from pathlib import Path

import pytest

from components.core.records import Checkpoint
from tests.components.recipes.product_descriptions.toy_descriptions import toy_checkpoint
from tests.components.training.language.toy_language_model import write_toy_model


@pytest.fixture(scope="session")
def toy_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy_model(tmp_path_factory.mktemp("descriptions") / "base")


@pytest.fixture(scope="session")
def trained(toy_base: Path) -> Checkpoint:
    return toy_checkpoint(toy_base, toy_base.parent / "training")
