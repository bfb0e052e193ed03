"""Tests: what a step keeps in memory is estimated to the byte, without a step, and decides on checkpointing."""

import copy

import pytest
import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig

from components.training.diffusion.activations import Batch, estimate_kept, kept_for_backward, plan_memory, storage_of
from components.training.diffusion.lora import add_lora
from tests.components.training.diffusion.adapters import TARGETS

GB = 10**9
LORA = LoraConfig(r=4, lora_alpha=4, target_modules=list(TARGETS))


def kept(pipeline: StableDiffusionPipeline, batch: Batch) -> int:
    unet = pipeline.unet
    half = unet.dtype != torch.float32
    latents = torch.randn(batch.size, 4, batch.side, batch.side, dtype=unet.dtype)
    texts = torch.randn(batch.size, batch.positions, 32, dtype=unet.dtype)
    weights = {storage_of(parameter) for parameter in unet.parameters()}
    with kept_for_backward() as sizes, torch.autocast("cpu", torch.bfloat16, enabled=half):
        unet(latents, torch.zeros(batch.size, dtype=torch.long), texts)
    return sum(size for place, size in sizes.items() if place not in weights)


@pytest.mark.parametrize("batch", [Batch(1, 8, 16), Batch(3, 16, 16)])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_estimate_is_what_a_step_keeps(pipeline: StableDiffusionPipeline, batch: Batch, dtype: torch.dtype) -> None:
    own = copy.copy(pipeline)
    own.unet = copy.deepcopy(pipeline.unet).to(dtype)
    estimate = estimate_kept(own.unet, LORA, batch)
    add_lora(own.unet, LORA, seed=0)
    own.unet.train()
    assert estimate == pytest.approx(kept(own, batch), rel=0.05)


def test_checkpointing_keeps_less(pipeline: StableDiffusionPipeline) -> None:
    add_lora(pipeline.unet, LORA, seed=0)
    pipeline.unet.train()
    plain = kept(pipeline, Batch(2, 8, 16))
    pipeline.unet.enable_gradient_checkpointing()
    try:
        assert kept(pipeline, Batch(2, 8, 16)) < 0.5 * plain
    finally:
        pipeline.unet.disable_gradient_checkpointing()
        pipeline.unet.eval()


def test_checkpointing_is_on_only_where_memory_asks_for_it() -> None:
    assert str(plan_memory("auto", 2 * GB, 16 * GB)) == (
        "off: a micro-batch keeps some 2.00 GB of activations, and 16.0 GB are free"
    )
    assert plan_memory("auto", 14 * GB, 16 * GB).checkpointing
    assert not plan_memory("auto", 12 * GB, 16 * GB).checkpointing


@pytest.mark.parametrize("setting", [True, False])
def test_the_setting_overrides_the_estimate(setting: bool) -> None:
    for size in (2 * GB, 14 * GB):
        plan = plan_memory(setting, size, 16 * GB)
        assert plan.checkpointing is setting
        assert "train.gradient_checkpointing says so" in plan.reason
