"""components / data / drawn catalogue / drawing: marks to a picture, in soft studio light."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from components.data.drawn_catalogue.drawing.articles import ARTICLES
from components.data.drawn_catalogue.drawing.colours import tint
from components.data.drawn_catalogue.drawing.marks import Mark

Plane = NDArray[np.float32]
OVERSAMPLE = 2


@dataclass(frozen=True)
class Scene:
    """The setting of a product. `background` is grey or RGB in 0..1; `size` is (width, height) in pixels."""

    size: tuple[int, int] = (150, 200)
    background: tuple[float, float, float] = (0.985, 0.985, 0.985)
    fill: float = 0.94  # share of the width (or of 0.9 of the height) that the product takes up at most


def draw_picture(article: str, colour: str, seed: int, scene: Scene = Scene()) -> Image.Image:
    """Return an RGB picture of the article in the colour; the same arguments give the same pixels."""
    rng = np.random.default_rng(seed)
    kind = ARTICLES[article]
    marks = placed(kind.draw(tint(colour, rng), rng), scene, rng)
    paint, height = painted(marks, scene)
    cover = plane(height.point(lambda v: 255 if v else 0).filter(ImageFilter.BoxBlur(0.6)))
    ground = studio(scene, cover, kind.stands)
    rows = covered_rows(cover)
    lit = light(plane(paint)[rows], height, rng.uniform(0.85, 1.15), rows)
    ground[rows] += (lit - ground[rows]) * cover[rows, :, None]
    whole = Image.fromarray((ground.clip(0, 1) * 255 + 0.5).astype(np.uint8))
    return whole.resize(scene.size, Image.Resampling.BOX, reducing_gap=None)


def covered_rows(cover: Plane) -> slice:
    """Return the rows from the first to the last that is not 0: light and shadow are computed for these alone."""
    shown = np.flatnonzero(cover.any(axis=1))
    return slice(int(shown[0]), int(shown[-1]) + 1)


def placed(marks: list[Mark], scene: Scene, rng: np.random.Generator) -> list[Mark]:
    """Return the marks in pixels of the oversampled canvas: stretched and turned a little, centred, y DOWN."""
    width, height = (side * OVERSAMPLE for side in scene.size)
    turn = np.deg2rad(rng.uniform(-4.5, 4.5))
    stretch = np.array([1.0, rng.uniform(0.90, 1.10)])
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    turned = [(mark.points * stretch) @ spin.T for mark in marks]
    low = np.min([p.min(axis=0) for p in turned], axis=0)
    high = np.max([p.max(axis=0) for p in turned], axis=0)
    fill = scene.fill * rng.uniform(0.88, 1.0)
    scale = fill * min(width / (high[0] - low[0]), 0.90 * height / (high[1] - low[1]))
    nudge = rng.uniform(-0.02, 0.02, 2) * width
    centre, middle = (low + high) / 2, np.array([width, height]) / 2 + nudge
    flip = np.array([scale, -scale])
    return [
        replace(mark, points=(points - centre) * flip + middle, width=mark.width * scale)
        for mark, points in zip(marks, turned, strict=True)
    ]


def painted(marks: list[Mark], scene: Scene) -> tuple[Image.Image, Image.Image]:
    """Return the flat colours (RGB) and the relief (L, 0 where no product is), both oversampled."""
    size = (scene.size[0] * OVERSAMPLE, scene.size[1] * OVERSAMPLE)
    paint, height = Image.new("RGB", size), Image.new("L", size)
    brush, chisel = ImageDraw.Draw(paint), ImageDraw.Draw(height)
    for mark in marks:
        points = [(float(x), float(y)) for x, y in mark.points]
        ink = tuple(round(255 * c) for c in mark.colour)
        level = round(70 + 185 * mark.height)
        if mark.width:
            wide = max(1, round(mark.width))
            brush.line(points, ink, wide, joint="curve")
            chisel.line(points, level, wide, joint="curve")
        else:
            brush.polygon(points, ink)
            chisel.polygon(points, level)
    return paint, height


def plane(picture: Image.Image) -> Plane:
    """Return the values of a picture in 0..1."""
    values: Plane = np.asarray(picture, np.float32) / np.float32(255)
    return values


def slope(height: Image.Image, radius: float, rows: slice) -> tuple[Plane, Plane]:
    """Return the relief blurred by `radius` pixels, and how far it faces a light from the upper left (-1..1)."""
    first = max(rows.start - 1, 0)  # a gradient needs the rows above and below
    blurred = height.filter(ImageFilter.BoxBlur(radius)).filter(ImageFilter.BoxBlur(radius))
    soft = plane(blurred.crop((0, first, height.width, min(rows.stop + 1, height.height))))
    down, right = np.gradient(soft)
    facing = np.asarray((0.55 * right + 0.85 * down) * (2.2 * radius), np.float32)
    own = slice(rows.start - first, rows.stop - first)
    return soft[own], facing[own]


def light(flat: Plane, height: Image.Image, strength: float, rows: slice) -> Plane:
    """Return the colours lit: volume from the broad slope, seams from the fine one, highlights towards the light."""
    size = height.width
    soft, broad = slope(height, size / 26, rows)
    _, fine = slope(height, size / 150, rows)
    fall = np.linspace(1.07, 0.90, height.height, dtype=np.float32)[rows, None]
    tone = fall * (1.0 + strength * (0.34 * broad + 0.16 * fine)) - 0.30 * (0.62 - soft).clip(0, 1)
    gloss = strength * (0.30 * (broad - 0.12).clip(0, 1) + 0.10 * (fine - 0.15).clip(0, 1)) + 0.02
    return np.asarray(flat * tone[..., None] + gloss[..., None], np.float32)


def studio(scene: Scene, cover: Plane, stands: bool) -> Plane:
    """Return the background with the product's soft shadow: on the ground below it, or all round where it lies."""
    rows, columns = cover.shape
    background = np.asarray(scene.background, np.float32)
    ground = np.tile(background, (rows, columns, 1))
    small = Image.fromarray((cover[::4, ::4] * 255).astype(np.uint8))
    blur, drop = 0.020, 0.010
    if stands:
        left, _, right, bottom = small.getbbox() or (0, 0, *small.size)
        small, thick, span = Image.new("L", small.size), small.width * 0.034, right - left
        outline = (left + 0.03 * span, bottom - 1.5 * thick, right - 0.04 * span, bottom + 0.7 * thick)
        ImageDraw.Draw(small).ellipse(outline, 255)
        blur, drop = 0.024, 0.0
    small = ImageChops.offset(small.filter(ImageFilter.GaussianBlur(small.width * blur)), 0, round(small.height * drop))
    soft = plane(small.resize((columns, rows), Image.Resampling.BICUBIC))
    dark = covered_rows(soft)
    ground[dark] = background * (1.0 - (0.55 if stands else 0.35) * soft[dark, :, None])
    return ground
