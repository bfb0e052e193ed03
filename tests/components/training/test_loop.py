"""Tests: optimizer steps do not depend on the accumulation, and a restored training is bit-identical."""

from collections.abc import Sequence

import pytest
import torch
from torch import Tensor

from components.core.errors import CheckpointError, TrainingError
from components.training.loop import (
    Training,
    TrainingSettings,
    optimizer_step,
    prepare_training,
    restore,
    step_metrics,
    training_state,
)
from components.training.order import generator

CPU = torch.device("cpu")


def settings(accumulation: int = 1, clip: float = 1e9, optimizer: str = "adamw", warmup: int = 5) -> TrainingSettings:
    return TrainingSettings(
        steps=20,
        accumulation=accumulation,
        peak_rate=0.01,
        warmup=warmup,
        clip=clip,
        optimizer=optimizer,
        weight_decay=0.01,
    )


def weights() -> list[torch.nn.Parameter]:
    """Return 4,160 weights: AdamW8bit keeps moments in 8 bits for tensors of 4,096 weights or more."""
    numbers = generator(0, "weights")
    return [torch.nn.Parameter(torch.randn(shape, generator=numbers)) for shape in ((64, 64), (64,))]


def loss_on(parameters: Sequence[Tensor], micro: int) -> Tensor:
    matrix, shift = parameters
    inputs = torch.randn(64, 64, generator=generator(0, "inputs", micro))
    return ((inputs @ matrix + shift) ** 2).mean()


def begin(given: TrainingSettings) -> Training:
    return prepare_training(given, weights(), CPU, torch.float32)


def test_warm_up_is_counted_in_optimizer_steps_under_accumulation() -> None:
    training, micro_batches = begin(settings(accumulation=8)), list[int]()

    def loss_of(micro: int) -> Tensor:
        micro_batches.append(micro)
        return loss_on(training.parameters, micro)

    rates = [optimizer_step(training, loss_of).learning_rate for _ in range(7)]
    assert micro_batches == list(range(56))
    assert rates[:6] == pytest.approx([0, 0.002, 0.004, 0.006, 0.008, 0.01])
    assert rates[6] < 0.01


def test_eight_accumulated_micro_batches_equal_one_batch() -> None:
    apart, together = begin(settings(accumulation=8, warmup=0)), begin(settings(warmup=0))
    optimizer_step(apart, lambda micro: loss_on(apart.parameters, micro))
    optimizer_step(together, lambda _: sum((loss_on(together.parameters, m) for m in range(8)), torch.tensor(0.0)) / 8)
    ours, theirs = training_state(apart).tensors, training_state(together).tensors
    for name in ("0.exp_avg", "1.exp_avg"):  # the first moment shows the gradient itself
        assert torch.allclose(ours[name], theirs[name], rtol=1e-4, atol=1e-6)


def test_the_gradient_is_clipped_and_its_norm_before_clipping_is_reported() -> None:
    training = begin(settings(clip=0.5))
    free = begin(settings())
    report = optimizer_step(training, lambda micro: loss_on(training.parameters, micro))
    optimizer_step(free, lambda micro: loss_on(free.parameters, micro))

    def norm_of_gradient(of: Training) -> float:
        """AdamW's first moment after one step is a tenth of the gradient."""
        moments = [tensor for name, tensor in training_state(of).tensors.items() if name.endswith("exp_avg")]
        return float(torch.cat([10 * moment.flatten() for moment in moments]).norm())

    assert report.gradient_norm > 0.5
    assert norm_of_gradient(training) == pytest.approx(0.5, rel=1e-3)
    assert norm_of_gradient(free) == pytest.approx(report.gradient_norm, rel=1e-3)


@pytest.mark.parametrize("optimizer", ["adamw", "adamw8bit"])
def test_a_restored_training_continues_with_the_same_bits(optimizer: str) -> None:
    whole = begin(settings(optimizer=optimizer))
    for _ in range(10):
        optimizer_step(whole, lambda micro: loss_on(whole.parameters, micro))

    first = begin(settings(optimizer=optimizer))
    for _ in range(6):
        optimizer_step(first, lambda micro: loss_on(first.parameters, micro))
    second = begin(settings(optimizer=optimizer))
    with torch.no_grad():
        for ours, theirs in zip(second.parameters, first.parameters, strict=True):
            ours.copy_(theirs)
    restore(second, training_state(first))
    for _ in range(4):
        optimizer_step(second, lambda micro: loss_on(second.parameters, micro))

    assert second.step == whole.step == 10
    assert all(torch.equal(a, b) for a, b in zip(second.parameters, whole.parameters, strict=True))


def test_adamw8bit_keeps_its_moments_in_8_bits() -> None:
    training = begin(settings(optimizer="adamw8bit"))
    optimizer_step(training, lambda micro: loss_on(training.parameters, micro))
    assert training_state(training).tensors["0.state1"].dtype is torch.uint8


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_raises_and_keeps_the_weights(bad: float) -> None:
    training = begin(settings(accumulation=2))
    optimizer_step(training, lambda micro: loss_on(training.parameters, micro))
    before = [parameter.detach().clone() for parameter in training.parameters]
    with pytest.raises(TrainingError, match=f"The loss at step 2 is {bad}"):
        optimizer_step(training, lambda micro: loss_on(training.parameters, micro) * (bad if micro == 3 else 1))
    assert all(torch.equal(a, b) for a, b in zip(before, training.parameters, strict=True))


def test_a_gradient_that_is_not_finite_raises() -> None:
    training = begin(settings())
    with pytest.raises(TrainingError, match="The gradient's norm at step 1 is nan"):
        optimizer_step(training, lambda _: (training.parameters[0] * 0).abs().sqrt().sum())


def test_the_metrics_of_a_step() -> None:
    training = begin(settings())
    report = optimizer_step(training, lambda micro: loss_on(training.parameters, micro))
    metrics = step_metrics(report, 16, 1.5, "images")
    assert set(metrics) == {"loss", "learning_rate", "gradient_norm", "images_per_second", "memory_gb"}
    assert metrics["images_per_second"] == pytest.approx(16 / report.seconds)


def test_a_training_does_not_go_on_in_another_precision() -> None:
    training = prepare_training(settings(), weights(), CPU, torch.bfloat16)
    state = training_state(training)
    restore(training, state)
    match = "Step 0 was trained in bf16, and this machine would go on in fp32.*set train.precision to bf16"
    with pytest.raises(CheckpointError, match=match):
        restore(begin(settings()), state)
