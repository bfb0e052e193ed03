"""Tests: the starter's decoder, trained further."""

import torch

from components.recipes.product_images.starter.training.autoencoder import (
    encode_latents,
    new_autoencoder,
    reconstruction_loss,
)
from components.recipes.product_images.starter.training.decoder import decoder_loss, finetune_decoder, noisy


def test_latents_do_not_change_while_the_decoder_learns() -> None:
    pictures = torch.randint(0, 256, (4, 3, 64, 64), generator=torch.Generator().manual_seed(5), dtype=torch.uint8)
    model = new_autoencoder().eval()
    latents, weight = encode_latents(model, pictures), model.decoder.conv_out.weight.detach().clone()
    finetune_decoder(model, pictures, 2, 6, lambda line: None)
    assert torch.equal(encode_latents(model, pictures), latents)
    assert not torch.equal(model.decoder.conv_out.weight, weight)


def test_noisy_latents_have_a_tint_of_each_channel_and_a_grain_of_each_place() -> None:
    torch.manual_seed(7)
    added = noisy(torch.zeros(64, 8, 8, 8))
    tint, grain = added.mean((2, 3)), (added - added.mean((2, 3), keepdim=True)).std((1, 2, 3))
    assert 0.1 < tint.std() < 0.3
    assert grain.min() > 0.0
    assert grain.max() < 0.17


def test_an_error_of_the_background_is_counted_twice_more() -> None:
    truth = torch.ones(1, 3, 64, 64)
    truth[:, :, 24:40, 24:40] = -1.0
    made = truth.clone()
    made[:, :, 4:12, 4:12] -= 0.5
    assert decoder_loss(truth, truth) == 0
    assert decoder_loss(made, truth) > reconstruction_loss(made, truth) + 1.9 * (made - truth).abs().mean()
