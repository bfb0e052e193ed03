"""Benchmarks / replay: draws the products' pictures, and measures them with the starter's vision model."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from torch import Tensor

from benchmarks.replay.plan import Kind
from benchmarks.replay.rows import Row
from components.data.drawn_catalogue.drawing.picture import Scene, draw_picture
from components.data.drawn_catalogue.pictures import GREYS, WHITES
from components.metrics.appearance import LUMINANCE, WHITE, sharpness, white_background
from components.recipes.product_images.captions import caption_of
from components.recipes.product_images.score.extractors import label
from components.recipes.product_images.starter.vision import StarterVision

SIDE = 64  # pixels, the size that the starter trains on
BATCH = 128
BLUR = 1.2  # pixels, the radius of a lens out of focus


@dataclass(frozen=True)
class Facts:
    """What is measured of every row, by its number. `white` and `sharp` are scores, the others columns of drift."""

    features: Tensor  # (N, 64) of KID
    embeddings: NDArray[np.float64]  # (N, 64) of pictures, of length 1
    texts: Tensor  # (N, 64) embeddings of captions, of length 1
    white: Tensor  # (N,) 1 where the background is white
    sharp: Tensor  # (N,) variance of the Laplacian
    border: list[float]  # share of white pixels on the border
    brightness: list[float]  # mean luminance in [0, 1]
    captions: list[str]
    extractor: str


@torch.inference_mode()
def measure(rows: Sequence[Row], vision: StarterVision, caption: str) -> Facts:
    """Draw and measure every row; rows that look the same are drawn once. `caption` is the template of the YAML."""
    captions = [caption_of(caption, _values(row), row.brand) for row in rows]
    keys = [(row.shape, row.colour, row.look, row.spoilt, text) for row, text in zip(rows, captions, strict=True)]
    places: dict[tuple[object, ...], int] = {}
    of_row = [places.setdefault(key, len(places)) for key in keys]
    firsts = sorted({place: number for number, place in reversed(list(enumerate(of_row)))}.values())
    parts: list[dict[str, Tensor]] = []
    for start in range(0, len(firsts), BATCH):
        some = firsts[start : start + BATCH]
        texts = vision.text_embeddings([captions[number] for number in some])
        parts.append(_measured(_drawn([rows[number] for number in some]), vision) | {"texts": texts})
    found = {name: torch.cat([part[name] for part in parts])[of_row] for name in parts[0]}
    return Facts(
        features=found["features"],
        embeddings=found["embeddings"].double().numpy(),
        texts=found["texts"],
        white=found["white"],
        sharp=found["sharp"],
        border=found["border"].tolist(),
        brightness=found["brightness"].tolist(),
        captions=captions,
        extractor=label(vision),
    )


def _values(row: Row) -> dict[str, str]:
    named = {"articleType": row.shape, "baseColour": row.colour, "gender": row.gender, "season": row.season}
    return named | {"usage": "Casual"}


def _measured(pictures: Tensor, vision: StarterVision) -> dict[str, Tensor]:
    values = pictures.double() / 255
    edges = torch.cat([pictures[:, :, 0], pictures[:, :, -1], pictures[..., 0], pictures[..., -1]], dim=2)
    return {
        "features": vision(pictures),
        "embeddings": vision.image_embeddings(pictures),
        "white": white_background(pictures),
        "sharp": sharpness(pictures),
        "border": (edges.amin(1) >= WHITE).double().mean(1),
        "brightness": torch.einsum("nchw,c->n", values, torch.tensor(LUMINANCE, dtype=torch.float64)) / SIDE**2,
    }


def _drawn(rows: Sequence[Row]) -> Tensor:
    return torch.from_numpy(np.stack([np.asarray(draw(row)) for row in rows])).permute(0, 3, 1, 2).contiguous()


def draw(row: Row) -> Image.Image:
    """Return the picture of a product, sound or spoilt."""
    tints = GREYS if row.spoilt == Kind.GREY else WHITES
    picture = draw_picture(row.shape, row.colour, row.look, Scene((SIDE, SIDE), tints[row.look % len(tints)]))
    return picture.filter(ImageFilter.GaussianBlur(BLUR)) if row.spoilt == Kind.BLUR else picture
