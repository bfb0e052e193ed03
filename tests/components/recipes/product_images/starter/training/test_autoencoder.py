"""Tests: the starter's autoencoder and its loss."""

import pytest
import torch

from components.recipes.product_images.starter.training.autoencoder import (
    carried_latents,
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


def test_the_vae_makes_eight_by_eight_latents_of_twelve_channels() -> None:
    with torch.no_grad():
        assert new_autoencoder().encode(torch.zeros(1, 3, 64, 64)).latent_dist.mean.shape == (1, 12, 8, 8)


def test_the_first_latents_are_the_mean_colours_of_blocks_and_the_covers_of_their_quarters() -> None:
    picture = torch.full((1, 3, 64, 64), 0.97)  # the background, in -1..1
    picture[:, :, 16:32, 24:44] = 0.90  # a white product
    picture[:, 0, 16:32, 24:44] = 0.88
    found = carried_latents(picture)
    assert found.shape == (1, 7, 8, 8)
    colours, covers = found[0, :3] / 2 + 0.6, found[0, 3:] / 1.6 + 0.4
    assert torch.allclose(colours[:, 2, 3], torch.tensor([0.88, 0.90, 0.90]))
    assert torch.allclose(covers[:, 2, 3], torch.ones(4))  # inside: as covered as a black product
    assert torch.allclose(covers[:, 6, 6], torch.zeros(4), atol=1e-6)
    assert covers[0, 2, 5] == covers[2, 2, 5] == 1  # its right edge: the left quarters, upper and lower, are covered
    assert covers[1, 2, 5] == covers[3, 2, 5] < 0.5


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
    assert not torch.allclose(spread, torch.ones(12), atol=0.05)
    assert torch.allclose(after.mean((0, 2, 3)), torch.zeros(12), atol=1e-3)
    assert torch.allclose(after.std((0, 2, 3)), torch.ones(12), atol=1e-3)
    assert psnr(model, pictures) == pytest.approx(before, abs=1e-3)
