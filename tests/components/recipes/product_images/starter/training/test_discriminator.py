"""Tests: the discriminator that asks the starter's decoder for crisp edges."""

import torch

from components.recipes.product_images.starter.training.discriminator import Discriminator


def test_the_adversarial_loss_pulls_as_strongly_as_the_reconstruction_loss_does() -> None:
    torch.manual_seed(3)
    layer = torch.nn.Conv2d(4, 3, 3, padding=1)
    made = layer(torch.randn(2, 4, 16, 16))
    reconstruction = (made - 0.5).abs().mean()
    adversarial = Discriminator().adversarial_loss(made, reconstruction, layer.weight)
    lengths = [
        torch.autograd.grad(loss, layer.weight, retain_graph=True)[0].norm() for loss in (reconstruction, adversarial)
    ]
    assert torch.isclose(lengths[0], lengths[1], rtol=0.01)


def test_it_learns_to_tell_crisp_pictures_from_blurred_ones() -> None:
    torch.manual_seed(4)
    crisp = torch.randn(8, 3, 16, 16).sign()
    blurred = torch.nn.functional.avg_pool2d(crisp, 3, 1, 1)
    discriminator = Discriminator()
    for _ in range(60):
        discriminator.learn(crisp, blurred)
    with torch.no_grad():
        assert discriminator.network(crisp).mean() > discriminator.network(blurred).mean() + 0.1
