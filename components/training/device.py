"""Training: the rules for device, precision and threads.

Device: CUDA if available, else Apple's MPS, else CPU. Precision, if the YAML says `auto`:
- fewer than 100 million parameters: fp32 everywhere, since a tiny model is slower in bf16 (0.85x on CPU);
- CUDA: bf16 if the hardware supports it (Ampere and later), else fp16 with loss scaling;
- MPS: fp32, since its half precision is incomplete;
- CPU: bf16 if the CPU multiplies bf16 natively (SD 1.5: 2.34 s a step instead of 5.00), else fp32.
LoRA weights, gradients and moments are always fp32.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psutil
import torch

from components.core.errors import ConfigError

PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
MIXED = {torch.float32: "no", torch.bfloat16: "bf16", torch.float16: "fp16"}  # the names in accelerate
Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
LARGE = 100_000_000  # parameters; smaller models are slower in half precision


def choose_device() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


def choose_precision(setting: str, device: torch.device, parameters: int) -> torch.dtype:
    """Return the dtype of the frozen base model.

    Args:
        setting: `auto`, or a key of PRECISIONS.
        device: of the model.
        parameters: the number of parameters of the model.

    Raises:
        ConfigError: fp16 on a device other than CUDA, where loss scaling does not work.
    """
    if setting == "fp16" and device.type != "cuda":
        found = f"train.precision is fp16 on {device.type}, but fp16 works on CUDA only"
        raise ConfigError(found, expected="auto, fp32 or bf16", act="change train.precision")
    if setting != "auto":
        return PRECISIONS[setting]
    if parameters < LARGE or device.type == "mps":
        return torch.float32
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    return torch.bfloat16 if _cpu_multiplies_bf16() else torch.float32


@contextmanager
def limit_threads(device: torch.device, parameters: int) -> Iterator[None]:
    """Use one CPU thread inside the block for a tiny model on the CPU, and do not change the number for others.

    OpenMP threads that wait for each other on a busy machine are slow: 3.8 s a step of a tiny UNet instead of 0.2 s.
    One thread also makes the order of sums independent of the machine, so that a resumed training is bit-identical.
    """
    before = torch.get_num_threads()
    if device.type == "cpu" and parameters < LARGE:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def parallel_map(device: torch.device, parameters: int) -> Iterator[Map]:
    """Yield a `map` that runs calls in parallel, one CPU core each, for a tiny model on the CPU; else the plain `map`.

    Two parallel calls of one thread each take half the time of two calls in turn; two threads in one call do not.
    """
    if device.type != "cpu" or parameters >= LARGE:
        yield map
        return
    with limit_threads(device, parameters):
        pool = ThreadPoolExecutor(os.cpu_count())
        try:
            yield pool.map
        finally:
            pool.shutdown(cancel_futures=True)


def memory_gb(device: torch.device) -> float:
    """Return the peak memory of the device in GB (1e9 bytes); on CPU and MPS the current memory of this process."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e9
    return float(psutil.Process(os.getpid()).memory_info().rss) / 1e9


def _cpu_multiplies_bf16() -> bool:
    found: Any = torch.cpu.get_capabilities()
    return any(found.get(name, False) for name in ("avx512_bf16", "amx_bf16", "amx_tile", "bf16"))
