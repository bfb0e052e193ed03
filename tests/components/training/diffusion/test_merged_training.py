"""Tests: training on merged weights gives the outputs and gradients of peft's layers, and steps aside elsewhere."""

import copy

import pytest
import torch
from diffusers import StableDiffusionPipeline
from peft import LoraConfig
from torch import Tensor

from components.training.diffusion.lora import NAME, add_lora, lora_parameters, merged_adapter
from components.training.diffusion.merged_training import _forward, train_merged
from tests.components.training.diffusion.adapters import TARGETS, add_random_adapter, output

INPUTS = (torch.randn(2, 4, 16, 16), torch.tensor([3, 500]), torch.randn(2, 64, 32))


def step(pipeline: StableDiffusionPipeline) -> tuple[Tensor, dict[str, Tensor]]:
    """Return the output of the UNet, and the gradients of its adapter."""
    pipeline.unet.zero_grad()
    predicted = pipeline.unet(*INPUTS, return_dict=False)[0]
    predicted.square().mean().backward()
    return predicted.detach(), {
        n: p.grad.clone() for n, p in lora_parameters(pipeline.unet).items() if p.grad is not None
    }


def merged_layers(unet: torch.nn.Module) -> int:
    return sum("forward" in vars(module) for module in unet.modules())


@pytest.mark.parametrize("checkpointing", [False, True])
def test_outputs_and_gradients_are_those_of_separate_adapters(
    pipeline: StableDiffusionPipeline, checkpointing: bool
) -> None:
    add_random_adapter(pipeline.unet)
    pipeline.unet.train()
    apart, expected = step(pipeline)
    train_merged(pipeline.unet, NAME)
    if checkpointing:
        pipeline.unet.enable_gradient_checkpointing()
    merged, found = step(pipeline)
    pipeline.unet.disable_gradient_checkpointing()
    pipeline.unet.eval()
    assert merged_layers(pipeline.unet) > 10
    assert not torch.equal(merged, apart)  # the sums have another order: the merged weights were used
    assert torch.allclose(merged, apart, atol=1e-5)
    assert found.keys() == expected.keys()
    for name, gradient in found.items():
        assert torch.allclose(gradient, expected[name], atol=1e-6, rtol=1e-3), name


def test_without_gradients_and_without_the_adapter_it_computes_as_before(pipeline: StableDiffusionPipeline) -> None:
    add_random_adapter(pipeline.unet)
    with_adapter = output(pipeline.unet)
    pipeline.unet.disable_adapters()
    without = output(pipeline.unet)
    pipeline.unet.enable_adapters()
    train_merged(pipeline.unet, NAME)
    assert output(pipeline.unet).equal(with_adapter)
    with merged_adapter(pipeline.unet):
        assert torch.allclose(output(pipeline.unet), with_adapter, atol=1e-5)
    pipeline.unet.disable_adapters()
    assert output(pipeline.unet).equal(without)


def test_half_precision_and_dropout_stay_apart(pipeline: StableDiffusionPipeline) -> None:
    half, dropping = copy.deepcopy(pipeline.unet).to(torch.bfloat16), copy.deepcopy(pipeline.unet)
    add_random_adapter(half)
    add_lora(dropping, LoraConfig(r=2, lora_alpha=2, lora_dropout=0.1, target_modules=TARGETS), seed=0)
    for unet in (half, dropping):
        train_merged(unet, NAME)
        assert merged_layers(unet) == 0


def test_few_rows_are_not_merged(pipeline: StableDiffusionPipeline) -> None:
    add_random_adapter(pipeline.unet)
    layer = next(module for name, module in pipeline.unet.named_modules() if name.endswith("attn1.to_q"))
    few = torch.randn(1, 8, 32)
    assert _forward(layer, NAME, few).equal(layer(few))
