"""Product images: Inception-v3 as FID and the Inception Score use it: the TensorFlow graph of 2015-12-05."""

from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from components.recipes.product_images.score.inception_network import make_network
from components.recipes.product_images.score.weight_files import read_published
from components.recipes.product_images.score.weight_sources import INCEPTION, INCEPTION_V3, Published
from components.training.device import choose_device

SIDE = 299


class Inception(nn.Module):
    """Features are the last block's outputs, averaged over the picture (pool3). Pictures of any shape are stretched."""

    name, resize, dtype = INCEPTION_V3, f"bilinear-{SIDE}-tf1", "float32"
    width = num_features = 2048

    def __init__(self, network: nn.Sequential, digest: str) -> None:
        super().__init__()
        self.body, self.digest = network[:-1], digest
        self.fc = cast(nn.Linear, network.fc)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return features (N, 2048) of uint8 pictures (N, 3, H, W)."""
        levels = resize_like_tensorflow(pictures.to(self.fc.weight.device).float(), SIDE)
        features: Tensor = self.body((levels - 128) / 128)
        return features

    def probabilities(self, features: Tensor) -> Tensor:
        """Return (N, 1008) probabilities of classes, without the last bias, as the Inception Score is defined."""
        return F.linear(features.to(self.fc.weight.device), self.fc.weight).softmax(-1)


def load_inception(weights: Published = INCEPTION, hub: Path | None = None) -> Inception:
    """Load the published weights from torch hub's folder, in fp32 on the best device; raises as `read_published`."""
    network = make_network()
    network.load_state_dict(read_published(weights, hub))
    return Inception(network, weights.digest).eval().requires_grad_(False).to(choose_device())


def resize_like_tensorflow(pictures: Tensor, side: int) -> Tensor:
    """Return pictures (N, C, H, W) as (N, C, side, side), as TensorFlow 1's bilinear resize makes them.

    Pixel i of the result is read at i * H / side: the centres of pixels are not aligned, and there is no antialiasing.
    The original FID scales in this way, and other ways give other scores (Parmar et al., On Aliased Resizing, 2022).
    """
    for dim in (2, 3):
        size = pictures.shape[dim]
        at = torch.arange(side, device=pictures.device) * (size / side)
        below = at.long()
        above = (below + 1).clamp(max=size - 1)
        part = (at - below).view(-1, *[1] * (3 - dim))
        near, far = pictures.index_select(dim, below), pictures.index_select(dim, above)
        pictures = near + (far - near) * part
    return pictures
