"""components / product images / starter / training: drawn pictures made wider in pose, colour and texture."""

from collections.abc import Callable

import numpy as np
import torch
from PIL import Image, ImageDraw
from torch import Tensor
from torch.nn import functional

TEXTURES = 256  # different ones; each use mirrors and recolours one
POSED, DYED, TEXTURED = 0.35, 0.45, 0.25  # shares of the pictures


def foreground(pictures: Tensor) -> Tensor:
    """Return 1 where a picture (N, 3, H, W in -1..1) shows the product or its shadow, else 0 (N, 1, H, W).

    A drawn background has one colour, so 0.02 (2.5 grey levels) tells a white product from it; closing fills gaps.
    """
    corner = pictures[:, :, :2, :2].mean((2, 3), keepdim=True)
    apart = ((pictures - corner).abs().amax(1, keepdim=True) > 0.02).float()
    grown = functional.max_pool2d(apart, 5, stride=1, padding=2)
    return 1.0 - functional.max_pool2d(1.0 - grown, 3, stride=1, padding=1)


def dead_leaves(count: int, side: int, seed: int) -> Tensor:
    """Return float textures (N, 3, side, side in -1..1) of overlapping discs and slabs of all sizes and colours.

    Their edges and sizes are distributed as those of photographs (Lee, Mumford and Huang, 2001).
    """
    rng = np.random.default_rng(seed)
    textures = []
    for _ in range(count):
        image = Image.new("RGB", (2 * side, 2 * side), _colour(rng))
        brush = ImageDraw.Draw(image)
        for _ in range(90):
            width, height = (2 * side * 0.03 / rng.uniform(0.05, 1.0, 2)).tolist()
            x, y = rng.uniform(-0.1, 1.1, 2) * 2 * side
            box = (x - width, y - height, x + width, y + height)
            (brush.ellipse if rng.random() < 0.5 else brush.rectangle)(box, _colour(rng))
        textures.append(np.asarray(image.resize((side, side), Image.Resampling.BOX)))
    return torch.from_numpy(np.stack(textures)).permute(0, 3, 1, 2).float() / 127.5 - 1.0


def _colour(rng: np.random.Generator) -> tuple[int, int, int]:
    grey, tone = rng.uniform(0, 255), rng.uniform(0, 255, 3)
    red, green, blue = (grey + rng.uniform(0, 0.6) * (tone - grey)).astype(int).tolist()
    return red, green, blue


def posed(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Return the pictures (N, 3, H, W) mirrored, turned up to 25 degrees, scaled and sheared, each by chance."""
    count = len(pictures)
    turn, shear, scale = (torch.rand(3, count, generator=generator) * 2 - 1) * torch.tensor([[0.43], [0.2], [0.14]])
    side = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0)
    cos, sin, size = turn.cos(), turn.sin(), scale.exp()
    zero = torch.zeros(count)
    rows = [side * cos * size, (shear - sin) * size, zero, side * sin * size, cos * size, zero]
    grid = functional.affine_grid(torch.stack(rows, 1).view(count, 2, 3), list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)


def dyed(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Return the pictures in random other colours; what is white stays white, as under more or less ink."""
    count = len(pictures)
    mix = torch.rand(count, 3, 3, generator=generator) ** 3
    gain = 0.25 + 1.15 * torch.rand(count, 3, 1, generator=generator)
    mix = mix / mix.sum(2, keepdim=True) * gain
    ink = (1.0 - pictures).flatten(2) / 2.0
    return (1.0 - 2.0 * (mix @ ink).clamp(0, 1)).view_as(pictures)


def shaded(pictures: Tensor, generator: torch.Generator) -> Tensor:
    """Return the pictures in lighter or darker, paler or stronger tones of their own colours."""
    count = len(pictures)
    ink = (1.0 - pictures) / 2.0
    strength = 0.8 + 0.35 * torch.rand(count, 1, 1, 1, generator=generator)
    chroma = 0.6 + 0.5 * torch.rand(count, 1, 1, 1, generator=generator)
    return 1.0 - 2.0 * (strength * torch.lerp(ink.mean(1, keepdim=True), ink, chroma)).clamp(0, 1)


def textured(
    pictures: Tensor, textures: Tensor, generator: torch.Generator, most: float = 0.9, least: float = 0.15
) -> Tensor:
    """Return the pictures with a random texture laid over their products, its opacity between `least` and `most`."""
    count = len(pictures)
    chosen = textures[torch.randint(len(textures), (count,), generator=generator)]
    opaque = least + (most - least) * torch.rand(count, 1, 1, 1, generator=generator)
    return torch.lerp(pictures, chosen, opaque * foreground(pictures))


def widened(pictures: Tensor, textures: Tensor, generator: torch.Generator) -> Tensor:
    """Return a batch (N, 3, H, W in -1..1) in which some pictures are textured, dyed or posed, for other catalogues."""
    pictures = _some(pictures, TEXTURED, lambda some: textured(some, textures, generator), generator)
    pictures = _some(pictures, DYED, lambda some: dyed(some, generator), generator)
    return _some(pictures, POSED, lambda some: posed(some, generator), generator)


def photographed(pictures: Tensor, textures: Tensor, generator: torch.Generator) -> Tensor:
    """Return a batch as `widened` does, but all pictures keep the article and the colour that their captions name."""
    pictures = _some(pictures, 0.4, lambda some: textured(some, textures, generator, 0.35), generator)
    pictures = _some(pictures, 0.6, lambda some: shaded(some, generator), generator)
    return _some(pictures, 0.4, lambda some: posed(some, generator), generator)


def _some(pictures: Tensor, share: float, change: Callable[[Tensor], Tensor], generator: torch.Generator) -> Tensor:
    rows = (torch.rand(len(pictures), generator=generator) < share).nonzero()[:, 0]
    return pictures.index_copy(0, rows, change(pictures[rows])) if len(rows) else pictures
