"""Tests: errors of a training: no snapshot, a wrong override."""

import pytest

from components.core.errors import AtelierError, ConfigError
from flows.train import train


def test_training_without_a_snapshot_says_what_to_do_first(toy: str) -> None:
    with pytest.raises(AtelierError, match=r"There is no snapshot in .* run `ingest` for this model first"):
        train(toy)


def test_an_override_is_checked_against_the_schema(toy: str) -> None:
    with pytest.raises(ConfigError, match="stepz"):
        train(toy, overrides=["train.stepz=3"])
