"""Metrics: properties of single product photographs, from their pixels alone."""

import torch
from torch import Tensor

WHITE = 240  # of 255, in all channels: the same as in ingest (components.data.pictures.read)
WHITE_SHARE = 0.95  # of the border pixels of a white background
CONTRAST = 20  # levels from the background in any channel: noise of JPEG and of the VAE is smaller
FOREGROUND = 0.01  # of all pixels: with less there is no product
OFF_CENTRE = 0.1  # of the picture's side
FLAT = 8  # levels in any channel; blocked pictures and pictures of NaN are entirely black
LUMINANCE = (0.299, 0.587, 0.114)  # ITU-R BT.601


def white_background(pictures: Tensor) -> Tensor:
    """Return (N,) 1 where at least 95 % of the border is white, else 0. Pictures are uint8 (N, 3, H, W)."""
    white = (_border(pictures).amin(1) >= WHITE).double()
    return (white.mean(1) >= WHITE_SHARE).double()


def centred(pictures: Tensor) -> Tensor:
    """Return (N,) 1 where the product is in the middle, else 0; NaN where a picture shows only background.

    In the middle means: the centre of mass of all pixels that differ from the border's median colour is off by at most
    a tenth of the side, on both axes. Pictures are uint8 (N, 3, H, W).
    """
    foreground = _foreground(pictures)
    across = _offset(foreground.mean(1)).abs()
    down = _offset(foreground.mean(2)).abs()
    inside = ((across <= OFF_CENTRE) & (down <= OFF_CENTRE)).double()
    return inside.where(foreground.mean((1, 2)) >= FOREGROUND, torch.nan)


def foreground_share(pictures: Tensor) -> Tensor:
    """Return (N,) the share of pixels that differ from the border's median colour, in [0, 1].

    They differ by more than 20 levels in some channel. Pictures are uint8 (N, 3, H, W).
    """
    return _foreground(pictures).mean((1, 2))


def sharpness(pictures: Tensor) -> Tensor:
    """Return (N,) the variance of the Laplacian (4 neighbours) of luminance, in squared grey levels of 255.

    Higher means sharper or noisier. Compare pictures of one size only, since it depends on the resolution. Source:
    Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy (2000). Pictures are uint8 (N, 3, H, W), at least
    3 x 3.
    """
    grey = _grey(pictures)
    around = grey[:, :-2, 1:-1] + grey[:, 2:, 1:-1] + grey[:, 1:-1, :-2] + grey[:, 1:-1, 2:]
    return (around - 4 * grey[:, 1:-1, 1:-1]).flatten(1).var(1, correction=0)


def brightness(pictures: Tensor) -> Tensor:
    """Return (N,) the mean luminance, in [0, 1]: 1 is white. Pictures are uint8 (N, 3, H, W)."""
    return _grey(pictures).flatten(1).mean(1) / 255


def blank(pictures: Tensor) -> Tensor:
    """Return (N,) 1 where a picture has one flat colour, else 0. Pictures are uint8 (N, 3, H, W)."""
    low, high = pictures.flatten(2).aminmax(dim=2)
    return ((high.int() - low.int()).amax(1) <= FLAT).double()


def _grey(pictures: Tensor) -> Tensor:
    """Return (N, H, W) luminance in grey levels of 255."""
    return torch.einsum("nchw,c->nhw", pictures.double(), torch.tensor(LUMINANCE, dtype=torch.float64))


def _border(pictures: Tensor) -> Tensor:
    """Return the pixels of the four outermost lines, (N, 3, border)."""
    inner = pictures[:, :, 1:-1]
    return torch.cat([pictures[:, :, 0], pictures[:, :, -1], inner[..., 0], inner[..., -1]], dim=2)


def _foreground(pictures: Tensor) -> Tensor:
    """Return (N, H, W) 1 for pixels that differ from the border's median colour, else 0."""
    background = _border(pictures).int().median(2).values
    return ((pictures.int() - background[..., None, None]).abs().amax(1) > CONTRAST).double()


def _offset(profile: Tensor) -> Tensor:
    """Return (N,) how far the centre of mass of profiles (N, side) is from the middle, in sides; 0 without mass."""
    side = profile.shape[1]
    places = (torch.arange(side, dtype=torch.float64) + 0.5) / side - 0.5
    return (profile @ places) / profile.sum(1).clamp(min=1e-12)
