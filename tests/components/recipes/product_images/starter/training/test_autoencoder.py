"""Tests: the starter's autoencoder and its loss."""

import torch

from components.recipes.product_images.starter.training.autoencoder import new_autoencoder, reconstruction_loss


def test_wrong_pixels_cost_more_on_the_product_than_on_the_background() -> None:
    truth = torch.ones(1, 3, 64, 64)
    truth[:, :, 24:40, 24:40] = -1.0
    on, off = truth.clone(), truth.clone()
    on[:, :, 28:36, 28:36] += 0.5
    off[:, :, 4:12, 4:12] -= 0.5
    assert reconstruction_loss(on, truth) > 2 * reconstruction_loss(off, truth)
    assert reconstruction_loss(truth, truth) == 0


def test_the_vae_makes_eight_by_eight_latents_of_four_channels() -> None:
    with torch.no_grad():
        assert new_autoencoder().encode(torch.zeros(1, 3, 64, 64)).latent_dist.mean.shape == (1, 4, 8, 8)
