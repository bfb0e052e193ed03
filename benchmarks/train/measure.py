"""Benchmarks: the cost of a step of each way, interleaved, so that other load on the machine hits all ways alike."""

import resource
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time

import torch
from torch.utils.flop_counter import FlopCounterMode, sdpa_backward_flop_count, sdpa_flop_count

from benchmarks.train.ways import Way
from components.training.diffusion.activations import kept_for_backward, storage_of

Shape = Sequence[int]


def _attention(query: Shape, key: Shape, value: Shape, *_: object, **__: object) -> int:
    return int(sdpa_flop_count(query, key, value))  # type: ignore[no-untyped-call]


def _attention_backward(gradient: Shape, query: Shape, key: Shape, value: Shape, *_: object, **__: object) -> int:
    return int(sdpa_backward_flop_count(gradient, query, key, value))  # type: ignore[no-untyped-call]


CPU_ATTENTION = {  # torch counts attention on CUDA only
    torch.ops.aten._scaled_dot_product_flash_attention_for_cpu: _attention,
    torch.ops.aten._scaled_dot_product_flash_attention_for_cpu_backward: _attention_backward,
}


@dataclass(frozen=True)
class Cost:
    """What a step of one way costs, and the losses of all its steps."""

    seconds: float  # the median after the warm-up: CPU seconds on the CPU, else seconds
    flops: int
    kept_bytes: int  # what the forward pass keeps for the backward pass, besides parameters
    losses: Sequence[float]


@dataclass(frozen=True)
class Rounds:
    warm_up: int
    steps: int


def measure(ways: Mapping[str, Way], rounds: Rounds, device: torch.device) -> dict[str, Cost]:
    """Take the same steps by all ways in turn, then one more of each to count operations and bytes."""
    seconds, losses = take_steps(ways, rounds, device)
    last = rounds.warm_up + rounds.steps
    return {name: Cost(seconds[name], *_counted(way, last), losses[name]) for name, way in ways.items()}


def take_steps(
    ways: Mapping[str, Way], rounds: Rounds, device: torch.device
) -> tuple[dict[str, float], dict[str, list[float]]]:
    """Return the median seconds of a step and all losses, by way."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    losses: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds.warm_up + rounds.steps):
        for name, way in ways.items():
            loss, spent = _timed(way, number, device)
            losses[name].append(loss)
            seconds[name].append(spent)
    return {name: median(spent[rounds.warm_up :]) for name, spent in seconds.items()}, losses


def peak_flops(dtype: torch.dtype, device: torch.device) -> float:
    """Return the most operations a second that a matrix product reaches: the limit of any step in this precision."""
    side = 1024 if device.type == "cpu" else 8192
    a, b = (torch.randn(side, side, device=device).to(dtype) for _ in range(2))
    fastest = float("inf")
    for _ in range(8):
        began = _now(device)
        a @ b
        fastest = min(fastest, _now(device) - began)
    return 2 * side**3 / fastest


def peak_memory(device: torch.device) -> float:
    """Return the most bytes that this process has used, on the CPU or on the device."""
    if device.type == "cuda":
        return float(torch.cuda.max_memory_allocated(device))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0


def _timed(way: Way, number: int, device: torch.device) -> tuple[float, float]:
    way.begin()
    began = _now(device)
    loss = way.step(number)
    spent = _now(device) - began
    way.end()
    return loss, spent


def _now(device: torch.device) -> float:
    if device.type == "cpu":
        return process_time()
    torch.cuda.synchronize(device)
    return perf_counter()


def _counted(way: Way, number: int) -> tuple[int, int]:
    weights = {storage_of(parameter) for parameter in way.unet.parameters()}
    way.begin()
    with FlopCounterMode(display=False, custom_mapping=CPU_ATTENTION) as counter, kept_for_backward() as sizes:
        way.step(number)
    way.end()
    return counter.get_total_flops(), sum(size for place, size in sizes.items() if place not in weights)
