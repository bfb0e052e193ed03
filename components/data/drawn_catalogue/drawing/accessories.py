"""components / data / drawn catalogue / drawing: bags, watches, caps."""

import numpy as np

from components.data.drawn_catalogue.drawing.colours import GOLD, INK, PALE, STEEL, is_dark, shade
from components.data.drawn_catalogue.drawing.marks import Colour, Mark, blob, disc, mirrored, plate, stroke


def handbag(dye: Colour, rng: np.random.Generator) -> list[Mark]:
    """A stiff handbag with a flap, a clasp and one arched handle."""
    rise, inset = rng.uniform(88, 98), rng.uniform(8, 12)
    return [
        stroke([(28, 54), (29, 76), (38, rise), (62, rise), (71, 76), (72, 54)], shade(dye, 0.62), 5.0, 0.8),
        blob(mirrored([(50, 0), (14, 0), (1, 4), (4, 30), (inset, 60), (50, 62)]), dye, 0.6),
        blob(mirrored([(50, 26), (28, 29), (9, 40), (inset, 60), (50, 63)]), shade(dye, 0.84), 0.8),
        stroke([(9, 41), (28, 30), (50, 27), (72, 30), (91, 41)], shade(dye, 0.55), 1.6, 0.8),
        disc(50, 30, 5.0, GOLD, 1.0),
        disc(28, 57, 3.0, GOLD, 1.0),
        disc(72, 57, 3.0, GOLD, 1.0),
    ]


def backpack(dye: Colour, rng: np.random.Generator) -> list[Mark]:
    """A tall rounded backpack with a front pocket, a zip and shoulder straps at its sides."""
    top, pocket = rng.uniform(110, 118), rng.uniform(44, 50)
    zipper = PALE if is_dark(dye) else shade(dye, 0.45)
    return [
        stroke([(12, 92), (-3, 66), (3, 22)], shade(dye, 0.55), 7.0, 0.4),
        stroke([(88, 92), (103, 66), (97, 22)], shade(dye, 0.55), 7.0, 0.4),
        stroke([(40, top - 2), (43, top + 9), (57, top + 9), (60, top - 2)], shade(dye, 0.55), 4.0, 0.6),
        blob(mirrored([(50, 0), (16, 1), (6, 10), (6, 60), (12, 98), (30, top)]), dye, 0.6),
        stroke([(14, 62), (20, 92), (50, 101), (80, 92), (86, 62)], zipper, 2.0, 0.7),
        blob(mirrored([(50, 6), (22, 6), (16, 12), (17, pocket - 4), (26, pocket)]), shade(dye, 0.82), 0.85),
        stroke([(20, pocket - 9), (50, pocket - 7), (80, pocket - 9)], zipper, 2.0, 0.9),
        plate([(42, 66), (58, 66), (58, 76), (42, 76)], shade(dye, 0.6), 0.8),
    ]


def watch(dye: Colour, rng: np.random.Generator) -> list[Mark]:
    """A round wrist watch with a pale dial on an upright strap; the strap has the colour."""
    radius, minute = rng.uniform(29, 33), rng.uniform(0.0, 2 * np.pi)
    x, y = 50.0, 75.0
    metal = GOLD if rng.random() < 0.3 else STEEL
    holes = [disc(x, h, 1.7, shade(dye, 0.4), 0.4) for h in (8.0, 18.0, 28.0)]
    angles, ring = np.arange(12) / 12 * 2 * np.pi, 0.76 * radius
    hours = [disc(x + ring * np.cos(a), y + ring * np.sin(a), 1.8, INK, 0.7) for a in angles]
    return [
        blob(mirrored([(50, -2), (38, -1), (34, 14), (31, 56), (50, 58)]), dye, 0.6),
        blob(mirrored([(50, 153), (38, 152), (35, 136), (31, 94), (50, 92)]), dye, 0.6),
        *holes,
        plate([(36, 141), (64, 141), (64, 148), (36, 148)], metal, 0.9),
        disc(x + radius + 2, y, 4.0, shade(metal, 0.8), 0.8),
        disc(x, y, radius, metal, 0.85),
        disc(x, y, radius * 0.84, (0.97, 0.97, 0.96), 0.8),
        *hours,
        stroke([(x, y), (x + 0.62 * radius * np.cos(minute), y + 0.62 * radius * np.sin(minute))], INK, 2.2, 0.9),
        stroke([(x, y), (x - 0.4 * radius, y + 0.15 * radius)], INK, 2.8, 0.9),
    ]


def cap(dye: Colour, rng: np.random.Generator) -> list[Mark]:
    """A baseball cap, its peak to the right."""
    crown = rng.uniform(50, 56)
    stitch = shade(dye, 1.4) if is_dark(dye) else shade(dye, 0.62)
    return [
        blob([(2, 12), (2, 26), (10, 42), (26, crown), (44, crown), (60, 42), (67, 26), (68, 14), (36, 9)], dye, 0.6),
        stroke([(36, crown + 1), (26, 36), (23, 10)], stitch, 1.4, 0.4),
        stroke([(36, crown + 1), (50, 36), (54, 12)], stitch, 1.4, 0.4),
        disc(36, crown + 1, 3.0, shade(dye, 0.7), 0.9),
        blob([(30, 12), (66, 20), (90, 14), (103, 4), (100, 1), (80, 6), (56, 8), (34, 6)], shade(dye, 0.78), 0.85),
        stroke([(36, 9), (64, 14), (98, 4)], stitch, 1.2, 0.8),
        disc(40, 30, 6.5, PALE if is_dark(dye) else shade(dye, 0.55), 0.75),
    ]
