"""Tests of adapters in PEFT's layout."""

import json
from pathlib import Path

import pytest
from safetensors.torch import load_file, save_file

from components.core.errors import CheckpointError
from components.training.language.adapter_files import CONFIG, WEIGHTS, adapter_digest, read_adapter
from tests.components.training.language.test_lora import ATTENTION, saved


def test_rank_alpha_targets_and_tensors_come_back(tmp_path: Path) -> None:
    adapter = read_adapter(saved(tmp_path / "adapter", rank=4, alpha=12))

    assert (adapter.rank, adapter.alpha, adapter.targets) == (4, 12, ATTENTION)
    assert len(adapter.tensors) == 2 * 2 * len(ATTENTION)  # A and B, in both layers


def test_the_files_are_the_same_bytes_each_time(tmp_path: Path) -> None:
    first, second = saved(tmp_path / "first"), saved(tmp_path / "second")

    assert [(first / name).read_bytes() for name in (CONFIG, WEIGHTS)] == [
        (second / name).read_bytes() for name in (CONFIG, WEIGHTS)
    ]
    assert adapter_digest(first) == adapter_digest(second) != adapter_digest(saved(tmp_path / "other", seed=2))


def test_dropout_is_not_saved_as_loaders_would_enable_it(tmp_path: Path) -> None:
    settings = json.loads((saved(tmp_path / "adapter") / CONFIG).read_text())

    assert settings["lora_dropout"] == 0
    assert settings["task_type"] == "CAUSAL_LM"


@pytest.mark.parametrize("name", [CONFIG, WEIGHTS])
def test_a_missing_file_is_one_sentence(tmp_path: Path, name: str) -> None:
    folder = saved(tmp_path / "adapter")
    (folder / name).unlink()

    with pytest.raises(CheckpointError, match=f"has no {name}, expected a LoRA adapter: train again"):
        read_adapter(folder)


def test_tensors_under_other_names_are_refused_since_peft_would_load_them_without_effect(tmp_path: Path) -> None:
    folder = saved(tmp_path / "adapter")
    tensors = load_file(folder / WEIGHTS)
    save_file({f"unet.{name}": tensor for name, tensor in tensors.items()}, folder / WEIGHTS)

    with pytest.raises(CheckpointError, match=r"has keys such as unet\."):
        read_adapter(folder)


@pytest.mark.parametrize(("field", "value"), [("use_rslora", True), ("alpha_pattern", {"q_proj": 3})])
def test_options_that_change_the_strength_are_refused(tmp_path: Path, field: str, value: object) -> None:
    folder = saved(tmp_path / "adapter")
    settings = json.loads((folder / CONFIG).read_text())
    (folder / CONFIG).write_text(json.dumps({**settings, field: value}))

    with pytest.raises(CheckpointError, match=f"has {field}, with which texts are generated at the wrong strength"):
        read_adapter(folder)


def test_a_damaged_file_is_one_sentence(tmp_path: Path) -> None:
    folder = saved(tmp_path / "adapter")
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-10])

    with pytest.raises(CheckpointError, match="is damaged"):
        read_adapter(folder)
