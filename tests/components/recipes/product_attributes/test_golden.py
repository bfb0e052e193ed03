"""Tests: a loaded version must generate its golden rows again, and MLflow gets no pickle."""

import pytest

from components.core.errors import CheckpointError
from components.core.golden import GoldenSample
from components.recipes.product_attributes.generate.pyfunc import _load_pyfunc as load
from components.recipes.product_attributes.golden import FILE, check_golden, make_golden
from tests.components.recipes.product_attributes.conftest import Trained


def test_the_same_version_generates_its_golden_rows_and_another_does_not(trained: Trained) -> None:
    for checkpoint in trained.checkpoints:
        check_golden(load(str(checkpoint.folder)), make_golden(trained.config, checkpoint))
    with pytest.raises(CheckpointError, match="of 32 golden rows otherwise"):
        check_golden(load(str(trained.checkpoints[0].folder)), make_golden(trained.config, trained.checkpoints[2]))


@pytest.mark.parametrize("content", [b"no JSON", b"[]"])
def test_a_damaged_sample_is_named(trained: Trained, content: bytes) -> None:
    with pytest.raises(CheckpointError, match="The golden sample cannot be read"):
        check_golden(load(str(trained.checkpoints[0].folder)), GoldenSample({FILE: content}))
