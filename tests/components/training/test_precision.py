"""Tests: the rule for the precision, and that it tells why."""

import pytest
import torch

from components.core.errors import ConfigError
from components.training.precision import _has_bf16, bf16_speedup, choose_precision

CPU, CUDA, MPS = (torch.device(name) for name in ("cpu", "cuda", "mps"))
SD15 = 860_000_000  # parameters


@pytest.mark.parametrize("device", [CPU, CUDA, MPS])
def test_a_tiny_model_computes_in_full_precision_everywhere(device: torch.device) -> None:
    found = choose_precision("auto", device, 3_000_000)
    assert str(found) == "fp32: models of fewer than 100 million parameters are slower in half precision"


def test_apple_computes_in_full_precision() -> None:
    assert str(choose_precision("auto", MPS, SD15)) == "fp32: the half precision of MPS is incomplete"


def test_a_configured_precision_is_used() -> None:
    assert str(choose_precision("bf16", CPU, 3_000_000)) == "bf16: train.precision says so"
    assert choose_precision("fp16", CUDA, 3_000_000).dtype is torch.float16


@pytest.mark.parametrize("device", [CPU, MPS])
def test_fp16_is_refused_on_devices_other_than_cuda(device: torch.device) -> None:
    with pytest.raises(ConfigError, match=r"train\.precision is fp16"):
        choose_precision("fp16", device, SD15)


@pytest.mark.skipif(not _has_bf16(CPU), reason="this CPU has no bf16")
@pytest.mark.parametrize(("speedup", "precision"), [(2.14, "bf16"), (1.1, "bf16"), (1.0, "fp32"), (0.4, "fp32")])
def test_a_large_model_computes_in_bf16_where_it_is_faster(speedup: float, precision: str) -> None:
    found = choose_precision("auto", CPU, SD15, lambda _: speedup)
    assert str(found) == f"{precision}: this CPU multiplies bf16 {speedup:.1f} times as fast as fp32"


@pytest.mark.skipif(_has_bf16(CPU), reason="this CPU has bf16")
def test_a_cpu_without_bf16_computes_in_full_precision() -> None:
    assert str(choose_precision("auto", CPU, SD15)) == "fp32: this CPU has no bf16"


def test_the_probe_measures_both_precisions_once() -> None:
    found = bf16_speedup(CPU)
    assert 0.001 < found < 1000
    assert bf16_speedup(CPU) == found
