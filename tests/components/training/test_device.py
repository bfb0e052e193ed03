"""Tests: the rules for precision, threads and memory."""

import pytest
import torch

from components.core.errors import ConfigError
from components.training.device import choose_device, choose_precision, limit_threads, memory_gb

CPU, CUDA, MPS = (torch.device(name) for name in ("cpu", "cuda", "mps"))


@pytest.mark.parametrize("device", [CPU, CUDA, MPS])
def test_a_tiny_model_computes_in_full_precision_everywhere(device: torch.device) -> None:
    assert choose_precision("auto", device, 3_000_000) is torch.float32


def test_apple_computes_in_full_precision() -> None:
    assert choose_precision("auto", MPS, 860_000_000) is torch.float32


def test_a_configured_precision_is_used() -> None:
    assert choose_precision("bf16", CPU, 3_000_000) is torch.bfloat16
    assert choose_precision("fp16", CUDA, 3_000_000) is torch.float16


@pytest.mark.parametrize("device", [CPU, MPS])
def test_fp16_is_refused_on_devices_other_than_cuda(device: torch.device) -> None:
    with pytest.raises(ConfigError, match=r"train\.precision is fp16"):
        choose_precision("fp16", device, 860_000_000)


def test_the_memory_of_the_device_is_measured_in_gb() -> None:
    assert 0 < memory_gb(choose_device()) < 1000


def test_a_tiny_model_on_a_cpu_gets_one_thread_inside_the_block() -> None:
    before = torch.get_num_threads()
    with limit_threads(CPU, 3_000_000):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before
