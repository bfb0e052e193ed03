"""components / data / drawn catalogue / drawing: clothes, laid flat and seen from the front."""

import numpy as np

from components.data.drawn_catalogue.drawing.colours import PALE, is_dark, shade
from components.data.drawn_catalogue.drawing.marks import Colour, Mark, blob, disc, mirrored, plate, stroke


def tshirt(dye: Colour, rng: np.random.Generator) -> list[Mark]:
    """A round-necked T-shirt with short sleeves, sometimes with a chest stripe."""
    hem, waist = rng.uniform(-4, 2), rng.uniform(25, 27)
    half = [(50, hem), (waist, hem), (waist, 45), (25, 71), (14, 55), (1, 62), (13, 88), (23, 98), (38, 103), (43, 97)]
    marks = [
        blob(mirrored([(40, 98), (41, 103), (48, 100)]), shade(dye, 0.5), 0.2),
        plate([*mirrored(half), (50, 93)], dye, 0.5),
        stroke([(37, 102), (42, 96), (50, 93), (58, 96), (63, 102)], shade(dye, 0.72), 2.6, 0.7),
        stroke([(25, 72), (26, 84), (24, 95)], shade(dye, 0.72), 1.2, 0.3),
        stroke([(75, 72), (74, 84), (76, 95)], shade(dye, 0.72), 1.2, 0.3),
        stroke([(34, 8), (37, 30), (33, 48)], shade(dye, 0.85), 2.2, 0.45),
        stroke([(66, 6), (62, 26), (67, 44)], shade(dye, 0.85), 2.2, 0.45),
    ]
    if rng.random() < 0.5:
        band = PALE if is_dark(dye) else shade(dye, 0.6)
        marks.append(plate([(waist, 58), (100 - waist, 58), (100 - waist, 68), (waist, 68)], band, 0.5))
    return marks


def shirt(dye: Colour, rng: np.random.Generator) -> list[Mark]:
    """A buttoned shirt with a collar, a breast pocket and long sleeves that hang down."""
    hem, cuff = rng.uniform(-8, -2), rng.uniform(14, 20)
    sleeve = [(26, 76), (17, cuff), (3, cuff + 2), (9, 70), (16, 93)]
    half = [(50, hem - 3), (28, hem), (27, 50), *sleeve, (38, 103), (45, 100)]
    seam = shade(dye, 0.62)
    button = PALE if is_dark(dye) else shade(dye, 0.4)
    marks = [
        plate(mirrored(half), dye, 0.5),
        stroke([(27, 30), (27, 76), (24, 93)], seam, 1.6, 0.3),
        stroke([(73, 30), (73, 76), (76, 93)], seam, 1.6, 0.3),
        plate([(46.5, hem - 2), (53.5, hem - 2), (53.5, 94), (46.5, 94)], shade(dye, 0.86), 0.62),
        plate([(58, 56), (69, 56), (69, 70), (58, 70)], shade(dye, 0.82), 0.62),
        plate([(3, cuff + 2), (17, cuff), (16, cuff + 8), (4, cuff + 10)], shade(dye, 0.8), 0.6),
        plate([(97, cuff + 2), (83, cuff), (84, cuff + 8), (96, cuff + 10)], shade(dye, 0.8), 0.6),
        plate([(40, 99), (60, 99), (50, 90)], shade(dye, 0.4), 0.2),
        plate([(39, 106), (34, 94), (44, 86), (50, 94)], shade(dye, 0.9), 0.85),
        plate([(61, 106), (66, 94), (56, 86), (50, 94)], shade(dye, 0.9), 0.85),
    ]
    return marks + [disc(50, y, 1.6, button, 0.95) for y in np.linspace(hem + 8, 82, 6)]
