"""Tests: the starter's autoencoder and its loss."""

import pytest
import torch

from components.recipes.product_images.starter.training.autoencoder import (
    block_colours,
    encode_latents,
    match_levels,
    new_autoencoder,
    psnr,
    reconstruction_loss,
    standardise_latents,
)


def test_wrong_pixels_cost_more_on_the_product_than_on_the_background() -> None:
    truth = torch.ones(1, 3, 64, 64)
    truth[:, :, 24:40, 24:40] = -1.0
    on, off = truth.clone(), truth.clone()
    on[:, :, 28:36, 28:36] += 0.5
    off[:, :, 4:12, 4:12] -= 0.5
    assert reconstruction_loss(on, truth) > 2 * reconstruction_loss(off, truth)
    assert reconstruction_loss(truth, truth) == 0


def test_a_white_product_that_is_left_out_costs_three_times_what_an_error_of_the_background_does() -> None:
    truth = torch.full((1, 3, 64, 64), 0.97)
    truth[:, :, 24:40, 24:40] = 0.85
    left_out, off = torch.full_like(truth, 0.97), truth.clone()
    off[:, :, 4:20, 4:20] -= 0.12
    assert reconstruction_loss(left_out, truth) > 3 * reconstruction_loss(off, truth)


def test_a_wrong_hue_costs_more_than_a_wrong_brightness() -> None:
    truth = torch.ones(1, 3, 64, 64)
    truth[:, :, 24:40, 24:40] = 0.0
    hue, brightness = truth.clone(), truth.clone()
    hue[:, 0, 24:40, 24:40] += 0.2
    hue[:, 2, 24:40, 24:40] -= 0.2
    brightness[:, :2, 24:40, 24:40] += 0.2
    assert reconstruction_loss(hue, truth) > reconstruction_loss(brightness, truth)


def test_the_vae_makes_eight_by_eight_latents_of_eight_channels() -> None:
    with torch.no_grad():
        assert new_autoencoder().encode(torch.zeros(1, 3, 64, 64)).latent_dist.mean.shape == (1, 8, 8, 8)


def test_the_colours_of_blocks_are_means_of_eight_by_eight_pixels() -> None:
    picture = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    found = block_colours(picture)
    assert found.shape == (1, 3, 8, 8)
    assert torch.allclose(found[0, :, 1, 2] / 2 + 0.6, picture[0, :, 8:16, 16:24].mean((1, 2)))


def test_an_untrained_vae_carries_the_colour_of_a_product() -> None:
    pictures = torch.ones(3, 3, 64, 64)
    for number in range(3):
        pictures[number, :, 16:48, 16:48] = -0.5
        pictures[number, number, 16:48, 16:48] = 0.5  # red, green, blue
    model = new_autoencoder().eval()
    match_levels(model, pictures)
    with torch.no_grad():
        decoded = model.decode(model.encode(pictures).latent_dist.mean).sample[:, :, 24:40, 24:40].mean((2, 3))
    assert decoded.argmax(1).tolist() == [0, 1, 2]


def test_latents_are_standardised_without_a_change_of_the_decoded_pictures() -> None:
    numbers = torch.Generator().manual_seed(2)
    pictures = torch.randint(0, 256, (4, 3, 64, 64), generator=numbers, dtype=torch.uint8)
    model = new_autoencoder().eval()
    before, spread = psnr(model, pictures), encode_latents(model, pictures).std((0, 2, 3))
    standardise_latents(model, pictures)
    after = encode_latents(model, pictures)
    assert not torch.allclose(spread, torch.ones(8), atol=0.05)
    assert torch.allclose(after.mean((0, 2, 3)), torch.zeros(8), atol=1e-3)
    assert torch.allclose(after.std((0, 2, 3)), torch.ones(8), atol=1e-3)
    assert psnr(model, pictures) == pytest.approx(before, abs=1e-3)
