"""components / data / drawn catalogue / drawing: colours by the names that the Kaggle catalogue uses."""

import colorsys
from collections.abc import Mapping

import numpy as np

from components.data.drawn_catalogue.drawing.marks import Colour

# RGB in 0..1, chosen to be distinguishable at 64 px in soft light.
COLOURS: Mapping[str, Colour] = {
    "Black": (0.10, 0.10, 0.11),
    "White": (0.91, 0.91, 0.90),
    "Brown": (0.42, 0.24, 0.12),
    "Blue": (0.12, 0.38, 0.85),
    "Red": (0.84, 0.10, 0.12),
    "Green": (0.13, 0.56, 0.24),
    "Yellow": (0.97, 0.82, 0.14),
    "Pink": (0.96, 0.52, 0.68),
    "Purple": (0.47, 0.20, 0.66),
    "Grey": (0.54, 0.55, 0.57),
    "Orange": (0.96, 0.49, 0.08),
    "Navy Blue": (0.09, 0.14, 0.36),
    "Beige": (0.85, 0.74, 0.57),
}
PALE: Colour = (0.95, 0.93, 0.88)
INK: Colour = (0.13, 0.12, 0.12)
STEEL: Colour = (0.78, 0.79, 0.81)
GOLD: Colour = (0.85, 0.68, 0.32)
LEATHER: Colour = (0.45, 0.29, 0.17)


def shade(colour: Colour, factor: float) -> Colour:
    """Return the colour made lighter (factor above 1, towards white) or darker (below 1, towards black)."""
    if factor <= 1.0:
        return (colour[0] * factor, colour[1] * factor, colour[2] * factor)
    mix = min(factor - 1.0, 1.0)
    return tuple(c + (1.0 - c) * mix for c in colour)  # type: ignore[return-value]


def tint(name: str, rng: np.random.Generator) -> Colour:
    """Return a random shade of the named colour: hue within 6 degrees, brightness and saturation within 7 %."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*COLOURS[name])
    hue = (hue + rng.uniform(-0.017, 0.017)) % 1.0
    lightness = min(lightness * rng.uniform(0.93, 1.07), 0.97)
    return colorsys.hls_to_rgb(hue, lightness, min(saturation * rng.uniform(0.93, 1.07), 1.0))


def is_dark(colour: Colour) -> bool:
    """Return whether a pale trim stands out better on the colour than a dark one."""
    return 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2] < 0.45
