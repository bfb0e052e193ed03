"""Tests of the golden text of a version."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import load_file, save_file

from components.core.errors import CheckpointError
from components.core.golden import GoldenSample
from components.core.records import Checkpoint
from components.recipes.product_descriptions.golden import FILE, check_golden, make_golden
from components.recipes.product_descriptions.predict.pyfunc import Served, _load_pyfunc
from tests.components.recipes.product_descriptions.toy_descriptions import toy_config


class Loaded:
    """What MLflow's pyfunc returns: it passes parameters by name."""

    def __init__(self, folder: Path) -> None:
        self.served: Served = _load_pyfunc(str(folder))

    def predict(self, frame: Any, params: dict[str, Any]) -> Any:
        return self.served.predict(frame, params)


@pytest.fixture
def golden(toy_base: Path, trained: Checkpoint) -> GoldenSample:
    return make_golden(toy_config(toy_base), trained)


def changed(golden: GoldenSample, **fields: object) -> GoldenSample:
    return GoldenSample({FILE: json.dumps({**json.loads(golden.files[FILE]), **fields}).encode()})


def copy_with(trained: Checkpoint, folder: Path, factor: float) -> Path:
    """Copy a version with the weights of its adapter multiplied."""
    folder.mkdir()
    for path in (trained.folder / "adapter").iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    tensors = load_file(folder / "adapter_model.safetensors")
    save_file({name: tensor * factor for name, tensor in tensors.items()}, folder / "adapter_model.safetensors")
    return folder


def test_a_version_that_loads_as_it_was_writes_it_again(golden: GoldenSample, trained: Checkpoint) -> None:
    check_golden(Loaded(trained.folder / "adapter"), golden)


def test_a_version_with_other_weights_does_not(golden: GoldenSample, trained: Checkpoint, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"The version (writes|finds its golden text)"):
        check_golden(Loaded(copy_with(trained, tmp_path / "other", 0.5)), golden)


def test_a_version_that_finds_the_same_text_less_likely_is_refused(golden: GoldenSample, trained: Checkpoint) -> None:
    nats = json.loads(golden.files[FILE])["nats"]

    with pytest.raises(CheckpointError, match=r"finds its golden text 0\.1 nats a token more or less likely"):
        check_golden(Loaded(trained.folder / "adapter"), changed(golden, nats=nats + 0.1))


def test_on_another_machine_the_first_words_must_be_the_same(golden: GoldenSample, trained: Checkpoint) -> None:
    text = json.loads(golden.files[FILE])["text"]
    loaded = Loaded(trained.folder / "adapter")

    check_golden(loaded, changed(golden, machine="another", nats=0.0))
    with pytest.raises(CheckpointError, match="expected 'Other"):
        check_golden(loaded, changed(golden, machine="another", text=f"Other {text}"))


def test_an_adapter_without_effect_gets_no_golden_text(toy_base: Path, trained: Checkpoint, tmp_path: Path) -> None:
    without = replace(trained, folder=copy_with(trained, tmp_path / "without", 0.0))

    with pytest.raises(CheckpointError, match="as likely as its base model does"):
        make_golden(toy_config(toy_base), without)


@pytest.mark.parametrize("content", [b"no JSON", b"{}", b'{"text": 1, "more": 2}'])
def test_a_sample_that_cannot_be_read_is_one_sentence(trained: Checkpoint, content: bytes) -> None:
    with pytest.raises(CheckpointError, match="The golden sample cannot be read"):
        check_golden(Loaded(trained.folder / "adapter"), GoldenSample({FILE: content}))
