"""Tests of the check that a saved adapter has an effect, and loads as it was in memory."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from components.core.errors import CheckpointError
from components.training.language.adapter_files import CONFIG, WEIGHTS, BaseName
from components.training.language.effect_check import check_adapter_effect
from components.training.language.lora import add_lora, lora_form, lora_parameters, save_adapter
from tests.components.training.language.test_lora import ATTENTION, output
from tests.components.training.language.toy_language_model import disturb, make_toy_model


def trained(folder: Path, size: float = 0.1) -> Any:
    """Return a model with an adapter in memory, which is also saved in the folder."""
    model = make_toy_model()
    add_lora(model, lora_form(rank=4, alpha=12, targets=ATTENTION), seed=1)
    if size:
        disturb(model, size=size)
    save_adapter(model, BaseName("base"), folder)
    return model


def test_an_adapter_that_loads_as_it_was_passes_and_stays_as_it_was_in_memory(tmp_path: Path) -> None:
    model = trained(tmp_path)
    model.train()
    before, weights = output(model.eval()), {n: p.clone() for n, p in lora_parameters(model).items()}
    model.train()

    assert check_adapter_effect(model, tmp_path) > 0

    assert model.training
    assert all(weights[name].equal(parameter) for name, parameter in lora_parameters(model).items())
    assert output(model.eval()).equal(before)
    assert all(parameter.requires_grad for parameter in lora_parameters(model).values())
    assert list(model.peft_config) == ["default"]


def test_an_adapter_without_effect_is_refused(tmp_path: Path) -> None:
    model = trained(tmp_path, size=0)

    with pytest.raises(CheckpointError, match="has no effect: it changes the base model's output by 0"):
        check_adapter_effect(model, tmp_path)


def test_weights_that_are_not_numbers_are_refused(tmp_path: Path) -> None:
    model = trained(tmp_path, size=float("nan"))

    with pytest.raises(CheckpointError, match="has no effect"):
        check_adapter_effect(model, tmp_path)


def test_a_lost_alpha_is_found(tmp_path: Path) -> None:
    model = trained(tmp_path)
    settings = json.loads((tmp_path / CONFIG).read_text())
    (tmp_path / CONFIG).write_text(json.dumps({**settings, "lora_alpha": settings["r"]}))

    with pytest.raises(CheckpointError, match="loads with an error of"):
        check_adapter_effect(model, tmp_path)


def test_an_adapter_that_does_not_load_is_one_sentence_and_leaves_the_one_in_memory(tmp_path: Path) -> None:
    model = trained(tmp_path)
    before = output(model)
    (tmp_path / WEIGHTS).write_bytes(b"no tensors")

    with pytest.raises(CheckpointError, match=r"does not load|loads with an error"):
        check_adapter_effect(model, tmp_path)

    assert output(model).equal(before)
    assert torch.is_tensor(before)
