"""Tests: what a training decides by the machine is noted with its reason, and changes no weight."""

from pathlib import Path

import pytest
import torch

from components.core.records import Snapshot
from components.recipes.product_images.config import TrainSettings
from components.recipes.product_images.generate.base_model import open_base
from components.recipes.product_images.train.fit_to_machine import compiled
from components.recipes.product_images.train.train import train
from tests.components.core.test_notes import NotedLog
from tests.components.recipes.product_images.toy_model import TRAIN, ListLog, make_config
from tests.components.recipes.product_images.train.killable import assert_same_bits, folder_in


def test_the_reasons_are_noted(base: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    log = NotedLog()
    train(make_config(base, steps=4), snapshot, tmp_path, log)
    assert log.notes["precision"].startswith("fp32: models of fewer than 100 million parameters")
    assert log.notes["gradient checkpointing"].startswith("off: a micro-batch keeps some 0.00 GB of activations")


def test_gradient_checkpointing_changes_no_bit(base: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    log = NotedLog()
    train(make_config(base, steps=4), snapshot, folder_in(tmp_path / "off"), ListLog())
    lora = {"rank": 2, "alpha": 6}
    train(make_config(base, steps=4, gradient_checkpointing=True, lora=lora), snapshot, folder_in(tmp_path / "on"), log)
    assert log.notes["gradient checkpointing"].startswith("on: train.gradient_checkpointing says so")
    assert_same_bits(tmp_path / "off", tmp_path / "on")


def test_the_digest_of_a_training_does_not_depend_on_checkpointing(base: Path) -> None:
    digests = {make_config(base, gradient_checkpointing=setting).training_digest("0123") for setting in ("auto", False)}
    assert len(digests) == 1
    assert TrainSettings.model_validate(TRAIN).model_dump(mode="json")["gradient_checkpointing"] is False
    assert "compile" not in TrainSettings.model_validate(TRAIN).model_dump(mode="json")


@pytest.mark.parametrize(
    ("device", "wanted", "is_compiled"), [("cuda", True, True), ("cuda", False, False), ("cpu", True, False)]
)
def test_the_unet_is_compiled_on_cuda_where_that_is_wanted(
    base: Path, device: str, wanted: bool, is_compiled: bool
) -> None:
    unet = open_base(make_config(base)).unet
    assert (compiled(unet, torch.device(device), wanted) is not unet) == is_compiled


def test_only_the_adapter_gets_gradients_and_attention_is_the_fused_one(
    base: Path, snapshot: Snapshot, tmp_path: Path
) -> None:
    config = make_config(base, steps=4)
    train(config, snapshot, tmp_path, ListLog())
    pipeline = open_base(config)
    parts = (pipeline.unet, pipeline.vae, pipeline.text_encoder)
    trained = [name for part in parts for name, parameter in part.named_parameters() if parameter.requires_grad]
    assert trained
    assert all("lora_" in name for name in trained)
    assert {type(found).__name__ for found in pipeline.unet.attn_processors.values()} == {"AttnProcessor2_0"}
