"""Tests: the rules for threads, memory and memory layout."""

import torch
from torch import nn

from components.training.device import choose_device, fast_layout, free_memory, limit_threads, memory_gb

CPU, CUDA = (torch.device(name) for name in ("cpu", "cuda"))


def test_the_memory_of_the_device_is_measured_in_gb() -> None:
    assert 0 < memory_gb(choose_device()) < 1000


def test_a_tiny_model_on_a_cpu_gets_one_thread_inside_the_block() -> None:
    before = torch.get_num_threads()
    with limit_threads(CPU, 3_000_000):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_the_free_memory_is_less_than_that_of_any_machine() -> None:
    assert 10_000_000 < free_memory(CPU) < 10**13


def test_convolutions_have_the_layout_of_cuda_inside_the_outermost_block_alone() -> None:
    module = nn.Sequential(nn.Conv2d(4, 4, 3), nn.Conv2d(4, 4, 1), nn.Linear(4, 4))
    before = {name: weight.clone() for name, weight in module.state_dict().items()}
    kernel = module[0].weight
    with fast_layout(module, CPU):
        assert kernel.is_contiguous()
    with fast_layout(module, CUDA):
        with fast_layout(module, CUDA):
            assert kernel.is_contiguous(memory_format=torch.channels_last)
        assert kernel.is_contiguous(memory_format=torch.channels_last)
    assert kernel.is_contiguous()
    assert all(weight.equal(before[name]) for name, weight in module.state_dict().items())
