"""Tests: each option of the loss is what its paper says, and none of them changes anything while it is off."""

import pytest
import torch
from diffusers import DDIMScheduler
from diffusers.training_utils import compute_snr

from components.recipes.product_images.train.loss_options import PLAIN, LossOptions

WHERE = (3, 1, 2)


def numbers(*shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(1))


def scheduler(prediction: str = "epsilon") -> DDIMScheduler:
    return DDIMScheduler(prediction_type=prediction, clip_sample=False)


def test_without_options_the_error_is_the_mean_square_to_the_bit() -> None:
    ours, theirs = numbers(4, 4, 8, 8), numbers(4, 4, 8, 8).flip(0)
    times = torch.tensor([5, 200, 700, 990])
    assert torch.equal(PLAIN.error(ours, theirs, scheduler(), times, None), torch.nn.functional.mse_loss(ours, theirs))
    assert PLAIN.offset(ours, WHERE) is ours
    assert PLAIN.weights(torch.tensor([0]), WHERE) is None


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction"])
def test_min_snr_weights_are_those_of_diffusers_training_script(prediction: str) -> None:
    """examples/text_to_image/train_text_to_image_lora.py: min(SNR, gamma) / SNR, or / (SNR + 1) for velocities."""
    ours, theirs, times = numbers(4, 4, 8, 8), numbers(4, 4, 8, 8).flip(0), torch.tensor([5, 200, 700, 990])
    ratio = compute_snr(scheduler(prediction), times)
    clamped = torch.stack([ratio, 5.0 * torch.ones_like(times)], dim=1).min(dim=1)[0]
    weights = clamped / (ratio + 1 if prediction == "v_prediction" else ratio)
    expected = (((ours - theirs) ** 2).mean(dim=(1, 2, 3)) * weights).mean()
    found = LossOptions(min_snr_gamma=5.0).error(ours, theirs, scheduler(prediction), times, None)
    assert float(found) == pytest.approx(float(expected), rel=1e-5)


def test_the_noise_offset_shifts_each_channel_as_a_whole_and_always_by_the_same() -> None:
    options, noise = LossOptions(noise_offset=0.1), numbers(4, 4, 8, 8)
    shift = options.offset(noise, WHERE) - noise
    assert torch.allclose(shift, shift[:, :, :1, :1].expand_as(shift), atol=1e-6)
    assert 0.05 < float(shift[:, :, 0, 0].std()) < 0.2
    assert torch.equal(options.offset(noise, WHERE), options.offset(noise, WHERE))
    assert not torch.equal(options.offset(noise, WHERE), options.offset(noise, (3, 1, 3)))


def test_about_half_of_the_pictures_are_mirrored_and_their_weights_with_them() -> None:
    rows, mean = torch.arange(64), torch.zeros(64, 1, 2, 2)
    cells = torch.tensor([2.0, 0.0]).expand(64, 1, 2, 2)
    options = LossOptions(mirrored_mean=mean + 1, mirrored_std=mean + 1, cell_weights=cells)
    found, _ = options.moments(rows, WHERE, mean, mean)
    mirrored = found[:, 0, 0, 0] == 1
    assert 20 < int(mirrored.sum()) < 44
    weights = options.weights(rows, WHERE)
    assert weights is not None
    assert torch.equal(weights[:, 0, 0, 0] == 0, mirrored)


def test_a_weight_of_zero_leaves_a_cell_out() -> None:
    ours, theirs = torch.zeros(1, 1, 2, 2), torch.tensor([[[[1.0, 9.0], [1.0, 9.0]]]])
    weights = torch.tensor([[[[2.0, 0.0], [2.0, 0.0]]]])
    assert float(LossOptions().error(ours, theirs, scheduler(), torch.tensor([5]), weights)) == pytest.approx(1.0)
