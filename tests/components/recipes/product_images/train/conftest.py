"""Tests: a toy base, a snapshot, and processes that train, for all tests of a training."""

import multiprocessing
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from components.core.records import Snapshot
from tests.components.recipes.product_images.toy_model import make_snapshot
from tests.components.training.toy_base import write_toy_base


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make_snapshot(tmp_path_factory.mktemp("snapshot"))


@pytest.fixture(scope="module")
def children() -> ForkServerContext:
    """Processes that can be killed, forked from one that has imported torch but computed nothing."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.components.recipes.product_images.toy_model"])
    return context
