"""components / data / drawn catalogue / drawing: shoes, seen from the side, the toe to the right."""

import numpy as np

from components.data.drawn_catalogue.drawing.colours import INK, LEATHER, PALE, is_dark, shade
from components.data.drawn_catalogue.drawing.marks import Colour, Mark, blob, disc, plate, stroke


def trim(dye: Colour) -> Colour:
    """Return a trim that stands out on the dye: pale on dark, a darker tone of the same dye on light."""
    return shade(dye, 1.65) if is_dark(dye) else shade(dye, 0.62)


def laces(start: tuple[float, float], end: tuple[float, float], count: int, colour: Colour) -> list[Mark]:
    """Return short laces across the line from start to end."""
    xs, ys = np.linspace(start[0], end[0], count), np.linspace(start[1], end[1], count)
    return [stroke([(x - 4.5, y - 1.5), (x + 3.5, y + 2.5)], colour, 2.2, 0.9) for x, y in zip(xs, ys, strict=True)]


def sports_shoe(dye: Colour, rng: np.random.Generator) -> list[Mark]:
    """A low running shoe: a white wedge sole, three slanted bars, a pulled-up heel."""
    heel = rng.uniform(41, 46)
    upper = [(3, 12), (1, 28), (2, heel), (9, heel + 2), (20, 36), (33, 37), (43, 45), (49, 44), (58, 33), (74, 25)]
    marks = [
        blob([(8, 30), (10, heel), (24, 38), (40, 42), (38, 30)], shade(dye, 0.35), 0.3),
        blob([*upper, (90, 21), (97, 13), (96, 8), (60, 8), (20, 9)], dye, 0.6),
        blob([(80, 23), (90, 21), (97, 13), (97, 8), (82, 8), (78, 14)], trim(dye), 0.66),
        blob([(3, 10), (1, 28), (3, 35), (13, 28), (18, 10)], trim(dye), 0.66),
    ]
    bar = PALE if is_dark(dye) else shade(dye, 0.5)
    for x in (27.0, 38.0, 49.0):
        marks.append(plate([(x, 10), (x + 6, 10), (x + 11, 27), (x + 6, 28)], bar, 0.72))
    sole = [(-1, 3), (-2, 14), (3, 15), (30, 11), (70, 9), (96, 12), (101, 9), (97, 2), (80, 0), (8, 0)]
    marks += [blob(sole, (0.96, 0.96, 0.96), 0.8), stroke([(0, 5), (40, 4), (99, 5)], trim(dye), 1.8, 0.8)]
    return marks + laces((47, 42), (66, 29), 4, (0.97, 0.97, 0.97))


def formal_shoe(dye: Colour, rng: np.random.Generator) -> list[Mark]:
    """A sleek laced leather shoe: a thin dark sole, a small heel block, a long narrow toe."""
    tongue = rng.uniform(33, 37)
    upper = [(3, 6), (2, 20), (4, 32), (10, 32), (24, 25), (34, 31), (41, tongue), (49, 30), (64, 19), (84, 15)]
    return [
        blob([(8, 22), (10, 32), (24, 26), (36, 31), (32, 20)], shade(dye, 0.4), 0.3),
        blob([*upper, (97, 10), (101, 5), (60, 4.5), (30, 6)], dye, 0.7),
        blob([(30, 7), (27, 18), (31, 29), (41, tongue), (50, 29), (52, 20), (44, 12)], shade(dye, 0.8), 0.78),
        stroke([(76, 5), (74, 11), (77, 16)], shade(dye, 0.5), 1.4),
        plate([(2, 0), (25, 0), (26, 6), (3, 7)], INK, 0.7),
        blob([(20, 4), (27, 2.2), (60, 1), (98, 1.5), (102, 4.5), (60, 5), (26, 6.8)], shade(LEATHER, 0.45), 0.7),
        *laces((39, 32), (48, 25), 3, shade(dye, 0.35)),
    ]


def boot(dye: Colour, rng: np.random.Generator) -> list[Mark]:
    """A high boot: a tall shaft, a strap with a buckle, a heel block."""
    top = rng.uniform(88, 100)
    shaft = [(6, 9), (4, 28), (9, 48), (6, 72), (5, top), (24, top + 2), (45, top), (44, 66), (48, 44)]
    return [
        blob([*shaft, (62, 33), (84, 28), (98, 18), (99, 7), (50, 6)], dye, 0.7),
        blob([(5, top + 1), (24, top + 3), (45, top + 1), (44, top - 7), (24, top - 5), (6, top - 7)], shade(dye, 0.6)),
        stroke([(26, top - 7), (28, 60), (27, 34), (30, 8)], shade(dye, 0.6), 1.6, 0.5),
        stroke([(7, 36), (26, 31), (52, 42)], shade(dye, 0.55), 5.0, 0.9),
        disc(35, 34, 4.2, (0.85, 0.74, 0.42), 1.0),
        plate([(4, 0), (28, 0), (30, 9), (4, 10)], INK, 0.7),
        blob([(26, 7), (36, 2), (92, 1), (101, 5), (99, 9), (60, 8), (28, 9.5)], INK, 0.7),
    ]


def sandal(dye: Colour, rng: np.random.Generator) -> list[Mark]:
    """An open flat sandal: a footbed, two broad straps, a thin strap round the heel."""
    rise = rng.uniform(29, 34)
    return [
        stroke([(5, 6), (3, 24), (10, rise), (28, rise - 1), (50, 27)], dye, 4.5, 0.8),
        blob([(34, 5), (40, 22), (47, rise - 1), (60, 26), (58, 14), (52, 5)], dye, 0.8),
        blob([(68, 5), (69, 16), (76, 22), (89, 16), (95, 5)], dye, 0.8),
        stroke([(42, 10), (50, 26)], shade(dye, 0.65), 1.4),
        stroke([(76, 8), (80, 19)], shade(dye, 0.65), 1.4),
        blob([(-1, 3), (0, 9), (30, 8), (60, 6), (92, 8), (101, 6), (96, 0), (50, 0), (5, 0)], LEATHER, 0.6),
        stroke([(1, 8), (30, 7.4), (60, 5.4), (98, 7)], shade(LEATHER, 1.5), 2.2, 0.8),
        disc(22, rise - 0.6, 3.2, (0.85, 0.74, 0.42), 1.0),
    ]


def heel(dye: Colour, rng: np.random.Generator) -> list[Mark]:
    """A pump on a high thin heel."""
    lift = rng.uniform(40, 46)
    lining = [(4, lift + 10), (10, lift + 16), (20, lift + 6), (44, 33), (62, 22), (50, 20), (22, 36)]
    rim = [(2, lift - 1), (0, lift + 14), (5, lift + 20), (12, lift + 7), (28, lift - 7), (46, 24), (62, 19), (72, 24)]
    under = [(86, 17), (100, 5), (99, 1), (80, 2), (66, 3), (50, 14), (32, 31), (15, lift - 4)]
    return [
        blob(lining, shade(LEATHER, 1.5)),
        plate([(2, lift + 2), (17, lift - 3), (10, 14), (8.5, 0), (4.5, 0), (4, 14)], shade(dye, 0.75), 0.7),
        blob([*rim, *under], dye, 0.8),
        stroke([(16, lift - 5), (33, 29), (50, 12), (66, 1.5), (98, 0.8)], INK, 2.0, 0.6),
    ]


def flat(dye: Colour, rng: np.random.Generator) -> list[Mark]:
    """A low ballet flat with a bow."""
    back = rng.uniform(20, 24)
    x, y = 71.0, 19.0
    rim = [(0, 3), (0, 15), (3, back), (8, 18), (22, 11), (46, 9), (62, 14), (70, 19), (82, 17), (95, 10), (100, 4)]
    return [
        blob([(3, 12), (5, back), (20, 15), (50, 12), (68, 17), (60, 7), (20, 7)], shade(LEATHER, 1.55), 0.3),
        blob([*rim, (96, 1), (50, 1), (4, 1)], dye, 0.75),
        blob([(x, y), (x - 9, y + 7), (x - 10, y - 2)], trim(dye), 0.95),
        blob([(x, y), (x + 9, y + 5), (x + 8, y - 4)], trim(dye), 0.95),
        disc(x, y, 2.6, shade(dye, 0.6), 1.0),
        stroke([(1, 1.2), (50, 0.6), (98, 1.4)], INK, 2.0, 0.6),
    ]


def casual_shoe(dye: Colour, rng: np.random.Generator) -> list[Mark]:
    """A mid-top on a thick pale sole, mostly with a round badge: the type that the base UNet has never seen."""
    collar, sole, toe = rng.uniform(59, 71), rng.uniform(17, 23), rng.uniform(24, 31)
    upper = [(5, 14), (3, 36), (6, collar - 4), (12, collar), (26, collar - 3), (38, collar + 2), (45, collar - 4)]
    slab = [(-2, 4), (-2, sole), (4, sole + 1), (50, sole - 1), (97, sole + 1), (103, sole - 2)]
    cap = shade(PALE, 0.97) if rng.random() < 0.75 else shade(dye, 0.7)
    marks = [
        blob([(10, 45), (12, collar - 1), (26, collar - 4), (40, collar), (36, 44)], shade(dye, 0.4), 0.3),
        blob([*upper, (51, 50), (64, toe + 11), (82, toe + 8), (95, toe), (97, 14), (50, 13)], dye, 0.65),
        blob([(78, toe + 10), (88, toe + 7), (96, toe - 1), (97, 14), (80, 14), (74, 24)], cap, 0.72),
        *_ankle(dye, collar, rng),
        blob([*slab, (102, 3), (96, 0), (4, 0)], PALE, 0.9),
        stroke([(-1, 0.58 * sole), (50, 0.5 * sole), (102, 0.58 * sole)], shade(dye, 0.9), 2.0, 0.85),
    ]
    return marks + laces((45, collar - 8), (68, toe + 10), int(rng.integers(4, 7)), (0.98, 0.98, 0.97))


def _ankle(dye: Colour, collar: float, rng: np.random.Generator) -> list[Mark]:
    """The side of a mid-top: a seam, and a badge or a pair of bars or nothing."""
    x, y = rng.uniform(18, 26), collar - rng.uniform(16, 21)
    seam = stroke([(9, 18), (x + 2, 30), (48, rng.uniform(32, 44))], shade(dye, 0.62), 1.6, 0.6)
    kind = rng.random()
    if kind < 0.55:
        return [seam, disc(x, y, 7.5, PALE, 0.85), disc(x, y, 4.5, shade(dye, 0.8), 0.9)]
    if kind < 0.8:
        return [seam, stroke([(30, 24), (42, 48)], PALE, 4.0, 0.75), stroke([(40, 24), (52, 44)], PALE, 4.0, 0.75)]
    return [seam]
