"""Training: the rules for device, threads and memory layout: CUDA if available, else Apple's MPS, else CPU."""

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psutil
import torch

from components.training.precision import LARGE

Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]


def choose_device() -> torch.device:
    if torch.cuda.is_available():
        return torch.device("cuda")
    if torch.backends.mps.is_available():
        return torch.device("mps")
    return torch.device("cpu")


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
def fast_layout(module: torch.nn.Module, device: torch.device) -> Iterator[None]:
    """Keep the weights of convolutions in `channels_last` inside the block on CUDA, as its tensor cores read them.

    Outputs differ in their last bits. On CPUs it gains nothing (docs/speed.md), and nothing changes there.
    """
    if device.type != "cuda" or _is_fast(module):
        yield
        return
    typed: Any = module  # the types of torch do not know this argument
    typed.to(memory_format=torch.channels_last)
    try:
        yield
    finally:
        typed.to(memory_format=torch.contiguous_format)


def _is_fast(module: torch.nn.Module) -> bool:
    """Tell whether the weights are in this layout already, those of an outer block, which will restore them."""
    kernels = [weight for weight in module.parameters() if weight.dim() == 4 and weight.shape[1:].numel() > 1]
    return bool(kernels) and all(weight.is_contiguous(memory_format=torch.channels_last) for weight in kernels)


def free_memory(device: torch.device) -> int:
    """Return the bytes that this process can still take on the device."""
    if device.type == "cuda":
        unused = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return int(torch.cuda.mem_get_info(device)[0]) + unused
    if device.type == "mps":
        return int(torch.mps.recommended_max_memory() - torch.mps.driver_allocated_memory())
    return int(psutil.virtual_memory().available)


def parallel_calls(device: torch.device, parameters: int) -> int:
    """Return how many calls `parallel_map` runs at once."""
    return (os.cpu_count() or 1) if device.type == "cpu" and parameters < LARGE else 1


@contextmanager
def parallel_map(device: torch.device, parameters: int) -> Iterator[Map]:
    """Yield a `map` that runs calls in parallel, one CPU core each, for a tiny model on the CPU; else the plain `map`.

    Two parallel calls of one thread each take half the time of two calls in turn; two threads in one call do not.
    """
    calls = parallel_calls(device, parameters)
    if device.type != "cpu" or parameters >= LARGE:
        yield map
        return
    with limit_threads(device, parameters):
        pool = ThreadPoolExecutor(calls)
        try:
            yield pool.map
        finally:
            pool.shutdown(cancel_futures=True)


def memory_gb(device: torch.device) -> float:
    """Return the peak memory of the device in GB (1e9 bytes); on CPU and MPS the current memory of this process."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device) / 1e9
    return float(psutil.Process(os.getpid()).memory_info().rss) / 1e9
