"""Training: the rule for the precision of the frozen base model, with its reason.

If the YAML says `auto`:
- fewer than 100 million parameters: fp32 everywhere, since a tiny model is slower in bf16 (0.85x on CPU);
- MPS: fp32, since its half precision is incomplete;
- CUDA without bf16 (before Ampere): fp16 with loss scaling;
- CPU without bf16: fp32;
- else bf16, if a probe of one second finds matrix products in bf16 faster than in fp32.
LoRA weights, gradients and moments are always fp32.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from time import perf_counter
from typing import Any

import torch

from components.core.errors import ConfigError

PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
LARGE = 100_000_000  # parameters; smaller models are slower in half precision
FASTER = 1.1  # the least speedup for which bits are given up: less is within the probe's noise
PROBE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Precision:
    """The dtype of the frozen base model, and why."""

    dtype: torch.dtype
    reason: str

    def __str__(self) -> str:
        return f"{_name(self.dtype)}: {self.reason}"


def choose_precision(
    setting: str, device: torch.device, parameters: int, speedup: Callable[[torch.device], float] | None = None
) -> Precision:
    """Return the precision of the frozen base model.

    Args:
        setting: `auto`, or a key of PRECISIONS.
        device: of the model.
        parameters: the number of parameters of the model.
        speedup: measures how many times as fast bf16 is as fp32 on a device; by default a probe, once a process.

    Raises:
        ConfigError: fp16 on a device other than CUDA, where loss scaling does not work.
    """
    if setting == "fp16" and device.type != "cuda":
        found = f"train.precision is fp16 on {device.type}, but fp16 works on CUDA only"
        raise ConfigError(found, expected="auto, fp32 or bf16", act="change train.precision")
    if setting != "auto":
        return Precision(PRECISIONS[setting], "train.precision says so")
    if parameters < LARGE:
        return Precision(torch.float32, "models of fewer than 100 million parameters are slower in half precision")
    if device.type == "mps":
        return Precision(torch.float32, "the half precision of MPS is incomplete")
    if not _has_bf16(device):
        other = torch.float16 if device.type == "cuda" else torch.float32
        return Precision(other, f"this {_kind(device)} has no bf16")
    return _by_speed((speedup or bf16_speedup)(device), device)


@cache
def bf16_speedup(device: torch.device) -> float:
    """Return how many times as fast a matrix product of Stable Diffusion's size is in bf16 as in fp32.

    Both take turns, and the fastest of each counts, so that other work on the machine changes little.
    """
    wide, narrow = (4096, 1280) if device.type == "cuda" else (512, 640)
    fastest = dict.fromkeys((torch.float32, torch.bfloat16), float("inf"))
    inputs = {t: [torch.ones(s, device=device, dtype=t) for s in ((wide, narrow), (narrow, wide))] for t in fastest}
    began = perf_counter()
    while perf_counter() - began < PROBE_SECONDS:
        for dtype, (a, b) in inputs.items():
            fastest[dtype] = min(fastest[dtype], _seconds(a, b))
    return fastest[torch.float32] / fastest[torch.bfloat16]


def _by_speed(speedup: float, device: torch.device) -> Precision:
    found = f"this {_kind(device)} multiplies bf16 {speedup:.1f} times as fast as fp32"
    return Precision(torch.bfloat16 if speedup >= FASTER else torch.float32, found)


def _seconds(a: torch.Tensor, b: torch.Tensor) -> float:
    began = perf_counter()
    a @ b
    if a.device.type == "cuda":
        torch.cuda.synchronize(a.device)
    return perf_counter() - began


def _has_bf16(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    found: Any = torch.cpu.get_capabilities()
    return any(found.get(name, False) for name in ("avx512_bf16", "amx_bf16", "amx_tile", "bf16"))


def _kind(device: torch.device) -> str:
    return "GPU" if device.type == "cuda" else "CPU"


def _name(dtype: torch.dtype) -> str:
    return next(name for name, known in PRECISIONS.items() if known is dtype)
