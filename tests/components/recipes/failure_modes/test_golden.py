"""Tests: a loaded version must give its golden probabilities again."""

import dataclasses
import json

import pytest

from components.core.errors import CheckpointError
from components.core.golden import GoldenSample
from components.recipes.failure_modes.golden import FILE, check_golden, make_golden
from components.recipes.failure_modes.predict.pyfunc import _load_pyfunc as load
from tests.components.recipes.failure_modes.conftest import Trained


def test_the_same_version_gives_its_golden_probabilities(trained: Trained) -> None:
    sample = make_golden(trained.config, trained.checkpoints[1])
    check_golden(load(str(trained.checkpoints[1].folder)), sample)


def test_another_version_does_not(trained: Trained) -> None:
    sample = make_golden(trained.config, trained.checkpoints[1])
    with pytest.raises(CheckpointError, match="off the golden ones"):
        check_golden(load(str(trained.checkpoints[0].folder)), sample)


@pytest.mark.parametrize("content", [b"no JSON", b"[]"])
def test_a_damaged_sample_is_named(trained: Trained, content: bytes) -> None:
    with pytest.raises(CheckpointError, match="The golden sample cannot be read"):
        check_golden(load(str(trained.checkpoints[1].folder)), GoldenSample({FILE: content}))


def test_a_changed_probability_is_found(trained: Trained) -> None:
    sample = make_golden(trained.config, trained.checkpoints[1])
    content = json.loads(sample.files[FILE])
    first = next(iter(content.values()))
    first["Leak"] += 1e-4
    changed = dataclasses.replace(sample, files={FILE: json.dumps(content).encode()})
    with pytest.raises(CheckpointError, match=r"0\.0001 off"):
        check_golden(load(str(trained.checkpoints[1].folder)), changed)
