"""Training: several processes of one training, started by `accelerate launch`, each on its own device.

A step has the same micro-batches whatever the number of processes: each takes its share of them, and the gradients are
averaged before clipping. So losses and weights are those of one process, but for the order of sums. Only the main
process writes.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import torch
from accelerate import Accelerator, PartialState
from accelerate.utils import broadcast_object_list
from torch import Tensor

from components.core.errors import ConfigError
from components.training.device import choose_device


def exchange(job: Any) -> Any:
    """Return what the main process calls this with. The other processes wait for it, a day at most."""
    PartialState(cpu=choose_device().type == "cpu", timeout=timedelta(days=1))
    jobs = [job]
    broadcast_object_list(jobs)
    return jobs[0]


@contextmanager
def main_first(device: torch.device) -> Iterator[None]:
    """Let the main process finish the block before the others begin it: they find what it has written."""
    with PartialState(cpu=device.type == "cpu").main_process_first():
        yield


def once(accelerator: Accelerator, work: Callable[[], object]) -> None:
    """Do some work in the main process alone; the others go on when it is done."""
    if accelerator.is_main_process:
        work()
    accelerator.wait_for_everyone()


def share_of(accumulation: int, accelerator: Accelerator) -> range:
    """Return the micro-batches of a step that this process takes.

    Raises:
        ConfigError: the processes would have different numbers of them.
    """
    if accumulation % accelerator.num_processes:
        raise ConfigError(
            f"train.accumulation is {accumulation}, and {accelerator.num_processes} processes share its micro-batches",
            expected=f"a multiple of {accelerator.num_processes}",
            act="change train.accumulation, or the number of processes",
        )
    return range(accelerator.process_index, accumulation, accelerator.num_processes)


@torch.no_grad()
def average_gradients(parameters: Sequence[torch.nn.Parameter], accelerator: Accelerator) -> None:
    """Give each parameter the mean of its gradients in all processes."""
    if accelerator.num_processes == 1:
        return
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    mean: Tensor = accelerator.reduce(torch.cat([gradient.flatten() for gradient in gradients]), "mean")
    parts = torch.split(mean, [gradient.numel() for gradient in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))


def any_asked(asked: bool, accelerator: Accelerator) -> bool:
    """Return whether any process was asked to end. All get the same answer at the same step, so all save that step."""
    if accelerator.num_processes == 1:
        return asked
    return float(accelerator.reduce(torch.tensor(float(asked), device=accelerator.device), "sum")) > 0


def mean_of(values: Sequence[float], accelerator: Accelerator) -> float:
    """Return the mean of the values of all processes, which have equally many."""
    mean = sum(values) / len(values)
    if accelerator.num_processes == 1:
        return mean
    return float(accelerator.reduce(torch.tensor(mean, dtype=torch.float32, device=accelerator.device), "mean"))
