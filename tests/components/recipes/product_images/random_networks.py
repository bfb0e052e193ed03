"""Tests: the published networks with random weights, whose numbers stay of one size through all their layers."""

import torch
from torch import Tensor, nn

from components.recipes.product_images.score.inception_network import make_network
from components.recipes.product_images.score.lpips import Lpips, make_trunk


def some_pictures(n: int, seed: int, grain: int = 6, height: int = 64, width: int = 64) -> Tensor:
    """Return smooth uint8 pictures (n, 3, height, width) of `grain` patches a side."""
    coarse = torch.rand(n, 3, grain, grain, generator=torch.Generator().manual_seed(seed)) * 255
    return torch.nn.functional.interpolate(coarse, (height, width), mode="bilinear").to(torch.uint8)


@torch.no_grad()
def random_inception(seed: int = 0, side: int = 299) -> nn.Sequential:
    """Return Inception-v3 whose normalisations have met some pictures, so that no layer's output fades or grows."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = make_network()
        for normalisation in (module for module in network.modules() if isinstance(module, nn.BatchNorm2d)):
            normalisation.momentum = None  # type: ignore[assignment]  # the plain average of what it meets
            normalisation.weight.uniform_(0.5, 1.5)
            normalisation.bias.uniform_(-0.5, 0.5)
    network(some_pictures(6, seed, 7, side, side) / 127.5 - 1)
    return network.eval().requires_grad_(False)


def random_trunk(seed: int = 0) -> nn.Sequential:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make_trunk().eval().requires_grad_(False)


def random_lpips(lines: dict[str, Tensor]) -> Lpips:
    return Lpips(random_trunk(), lines, "random").eval().requires_grad_(False)
