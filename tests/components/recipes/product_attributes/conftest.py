"""Tests: candidates that are trained once for all tests."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from components.core.records import Checkpoint, Snapshot
from components.recipes.product_attributes.candidates import LADDER
from components.recipes.product_attributes.config import ProductAttributesConfig
from components.recipes.product_attributes.train import train
from tests.components.recipes.product_attributes.tables import Log, config_of, snapshot


class Trained(NamedTuple):
    config: ProductAttributesConfig
    snapshot: Snapshot[Any]
    folder: Path
    checkpoints: Sequence[Checkpoint]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("rows")
    config, examples = config_of(tuple(LADDER)), snapshot(folder)
    return Trained(config, examples, folder, train(config, examples, folder, Log()))
