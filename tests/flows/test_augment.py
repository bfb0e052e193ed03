"""Tests: `augment` asks the model itself, and says so where a kind of model cannot tell."""

from pathlib import Path

import pytest

from components.core.errors import DataError, UsageError
from components.recipes import read_config
from flows.augment import augment
from registry.settings import REPOSITORY, settings


def test_a_kind_that_does_not_measure_it_is_named(after_lifecycle: str) -> None:
    with pytest.raises(UsageError, match="fruit is of the kind toy, which does not measure this"):
        augment(read_config(settings().models, after_lifecycle), None, 8, 0)


def test_without_real_examples_it_says_what_to_run(home: Path) -> None:
    config = read_config(REPOSITORY / "deployments" / "models", "starter")
    with pytest.raises(DataError, match="The snapshot of starter is not on this machine: run `ingest` first"):
        augment(config, "base", 8, 0)
