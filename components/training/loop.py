"""Training: the training loop that recipes share: prepare, take one optimizer step, save and restore the state."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState, GradientState, PartialState
from torch import Tensor

from components.core.errors import CheckpointError, TrainingError
from components.training.checkpoints import State
from components.training.optimizers import OPTIMIZERS, optimizer_state, restore_optimizer
from components.training.processes import average_gradients, mean_of, share_of
from components.training.schedule import learning_rate

MIXED = {torch.float32: "no", torch.bfloat16: "bf16", torch.float16: "fp16"}  # the names in accelerate
Loss = Callable[[int], Tensor]  # (index of the micro-batch, 0-based over the whole training) -> mean loss, a scalar


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """Settings of the optimization. Steps are optimizer steps, of `accumulation` micro-batches each."""

    steps: int
    accumulation: int
    peak_rate: float
    warmup: int
    clip: float  # the largest norm of the gradient of all parameters together
    optimizer: str  # a key of OPTIMIZERS
    weight_decay: float


@dataclass(slots=True)
class Training:
    """A training in memory. `step` is the number of finished optimizer steps."""

    settings: TrainingSettings
    parameters: Sequence[torch.nn.Parameter]
    accelerator: Accelerator
    optimizer: Any  # accelerate's AcceleratedOptimizer, which skips micro-batches that only accumulate
    step: int = 0
    clipped: int = 0  # the steps in a row, up to now, whose gradient was clipped


@dataclass(frozen=True, slots=True)
class StepReport:
    loss: float  # mean over the micro-batches
    learning_rate: float
    gradient_norm: float  # before clipping
    seconds: float
    clipped: int = 0  # the steps in a row, this one included, whose gradient was clipped


def prepare_training(
    settings: TrainingSettings, parameters: Sequence[torch.nn.Parameter], device: torch.device, dtype: torch.dtype
) -> Training:
    """Return a training at step 0. `dtype` is that of the frozen weights; the parameters stay fp32."""
    accelerator = _accelerator(settings.accumulation, device, dtype)
    optimizer = OPTIMIZERS[settings.optimizer](list(parameters), settings.peak_rate, settings.weight_decay)
    return Training(settings, list(parameters), accelerator, accelerator.prepare_optimizer(optimizer))


def optimizer_step(training: Training, loss_of: Loss) -> StepReport:
    """Take one optimizer step.

    Raises:
        TrainingError: the loss or the gradient is not finite. The weights are not changed then.
    """
    started, settings = perf_counter(), training.settings
    rate = learning_rate(training.step, settings.peak_rate, settings.warmup, settings.steps)
    for group in training.optimizer.param_groups:
        group["lr"] = rate
    parts = share_of(settings.accumulation, training.accelerator)
    losses = [_micro_step(training, loss_of, part) for part in parts]
    average_gradients(training.parameters, training.accelerator)
    norm = _clip(training)
    training.optimizer.step()
    training.optimizer.zero_grad()
    training.step += 1
    training.clipped = training.clipped + 1 if norm > settings.clip else 0
    return StepReport(mean_of(losses, training.accelerator), rate, norm, perf_counter() - started, training.clipped)


def training_state(training: Training) -> State:
    """Return what `restore` needs besides the parameters, which are in the weights of the checkpoint."""
    tensors, numbers = optimizer_state(training.optimizer.optimizer)
    scaler = training.accelerator.scaler
    numbers = {"optimizer": numbers, "scaler": scaler.state_dict() if scaler else None}
    return State(training.step, tensors, {**numbers, "mixed_precision": training.accelerator.mixed_precision})


def restore(training: Training, state: State) -> None:
    """Continue at the step of a state.

    Raises:
        CheckpointError: it was trained in another precision, which another machine may have chosen.
    """
    ours = training.accelerator.mixed_precision
    theirs = state.numbers.get("mixed_precision", ours)  # older checkpoints do not say it
    if theirs != ours:
        names = {"no": "fp32"}
        raise CheckpointError(
            f"Step {state.step} was trained in {names.get(theirs, theirs)}, and this machine would go on in "
            f"{names.get(ours, ours)}",
            expected="one precision in a training",
            act=f"set train.precision to {names.get(theirs, theirs)}, or train again from the start",
        )
    restore_optimizer(training.optimizer.optimizer, state.tensors, state.numbers["optimizer"])
    if training.accelerator.scaler and state.numbers["scaler"]:
        training.accelerator.scaler.load_state_dict(state.numbers["scaler"])
    training.step = state.step


def step_metrics(report: StepReport, examples: int, memory: float, counted: str) -> Mapping[str, float]:
    """Return the metrics of a step. `examples` is the number of examples in it, called `counted`; memory is in GB."""
    return {
        "loss": report.loss,
        "learning_rate": report.learning_rate,
        "gradient_norm": report.gradient_norm,
        f"{counted}_per_second": examples / report.seconds,
        "memory_gb": memory,
    }


def _micro_step(training: Training, loss_of: Loss, part: int) -> float:
    accelerator, micro = training.accelerator, training.step * training.settings.accumulation + part
    with accelerator.accumulate():
        with accelerator.autocast():
            loss = loss_of(micro)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise _diverged(training, "loss", value, [micro])
        accelerator.backward(loss)
    return value


def _clip(training: Training) -> float:
    """Clip the gradient of all parameters together, and return its norm before. The parameters must be a list."""
    norm = float(training.accelerator.clip_grad_norm_(training.parameters, training.settings.clip))
    if math.isfinite(norm) or training.accelerator.scaler:  # loss scaling expects infinities and skips these steps
        return norm
    first, count = training.step * training.settings.accumulation, training.settings.accumulation
    raise _diverged(training, "gradient's norm", norm, range(first, first + count))


def _diverged(training: Training, what: str, value: float, micro_batches: Sequence[int]) -> TrainingError:
    error = TrainingError(f"The {what} at step {training.step + 1} is {value}, expected a number")
    error.micro_batches = micro_batches
    return error


def _accelerator(accumulation: int, device: torch.device, dtype: torch.dtype) -> Accelerator:
    # Accelerate keeps one set of settings per process, but a second training may need others. Each training gets its
    # own set, and running ones keep theirs.
    for shared in (PartialState, AcceleratorState, GradientState):
        shared._shared_state = {}
    accelerator = Accelerator(mixed_precision=MIXED[dtype], cpu=device.type == "cpu")
    accelerator.gradient_accumulation_steps = len(share_of(accumulation, accelerator))
    return accelerator
