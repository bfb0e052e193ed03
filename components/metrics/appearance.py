"""Metrics: what a product photograph should be by itself: white behind, in the middle, sharp, and there at all."""

import math

import torch
from torch import Tensor
from torch.nn import functional as F

WHITE = 240  # of 255: a pixel with all channels at or above is white
WHITE_SHARE = 0.95  # of the border's pixels
OFF_CENTRE = 0.10  # of a side: how far from the middle a product's centre may lie
APART = 24  # grey levels in any channel from the background's, from which on a pixel belongs to the product
LUMINANCE = (0.299, 0.587, 0.114)  # of red, green and blue (ITU-R BT.601)


def white_background(pictures: Tensor) -> Tensor:
    """Return float64 (N,): 1 where at least 95 % of the border's pixels are white, else 0; of uint8 (N, 3, H, W)."""
    white = (_border(pictures) >= WHITE).all(1)
    return (white.double().mean(1) >= WHITE_SHARE).double()


def centred(pictures: Tensor) -> Tensor:
    """Return float64 (N,): 1 where the product's centre of mass lies within 10 % of a side of the middle, else 0.

    The product is what differs from the border's median colour. NaN where nothing does.
    """
    background = _border(pictures).median(2).values
    apart = (pictures.int() - background.int()[..., None, None]).abs().amax(1) >= APART
    mass = apart.double()
    total = mass.sum((1, 2))
    height, width = mass.shape[1:]
    down = (mass.sum(2) @ torch.linspace(-0.5, 0.5, height, dtype=torch.float64)) / total
    right = (mass.sum(1) @ torch.linspace(-0.5, 0.5, width, dtype=torch.float64)) / total
    inside = torch.maximum(down.abs(), right.abs()) <= OFF_CENTRE
    return torch.where(total > 0, inside.double(), math.nan)


def sharpness(pictures: Tensor) -> Tensor:
    """Return float64 (N,): the variance of the Laplacian of the luminance (0..255), which blurring lowers.

    Source: Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy (2000). Compare at one size only.
    """
    grey = torch.einsum("nchw,c->nhw", pictures.double(), torch.tensor(LUMINANCE, dtype=torch.float64))
    laplacian = torch.tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]], dtype=torch.float64)
    return F.conv2d(grey[:, None], laplacian[None, None]).flatten(1).var(1, correction=0)


def blank(pictures: Tensor) -> Tensor:
    """Return float64 (N,): 1 where a picture is of one flat colour: nothing, blocked, or no numbers came out."""
    return (pictures == pictures[:, :, :1, :1]).flatten(1).all(1).double()


def _border(pictures: Tensor) -> Tensor:
    """Return the pixels (N, 3, P) of the four outermost lines."""
    sides = pictures[:, :, [0, -1], :], pictures[:, :, 1:-1, [0, -1]]
    return torch.cat([side.flatten(2) for side in sides], 2)
