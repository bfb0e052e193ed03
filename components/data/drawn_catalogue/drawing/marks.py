"""components / data / drawn catalogue / drawing: the marks a product is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Colour = tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Mark:
    """One filled shape or one stroke.

    `points` is (n, 2) in product units: x to the right, y UP, a product about 100 wide standing on y = 0.
    `colour` is RGB in 0..1. `width` 0 fills the shape, else it is a stroke so many units wide. `height` in 0..1 is how
    far the mark stands out towards the viewer; the light falls on it.
    """

    points: Points
    colour: Colour
    width: float = 0.0
    height: float = 0.6


def smooth(points: Sequence[tuple[float, float]], closed: bool = True, steps: int = 6) -> Points:
    """Return a Catmull-Rom curve through the points, `steps` samples a span (Catmull and Rom, 1974)."""
    knots = np.asarray(points, dtype=np.float64)
    if closed:
        padded = np.concatenate([knots[-1:], knots, knots[:2]])
    else:
        padded = np.concatenate([knots[:1], knots, knots[-1:]])
    before, start, end, after = padded[:-3, None], padded[1:-2, None], padded[2:-1, None], padded[3:, None]
    t = np.linspace(0.0, 1.0, steps, endpoint=False)[None, :, None]
    curve = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - after) * t**2
        + (3 * start - before - 3 * end + after) * t**3
    )
    flat: Points = curve.reshape(-1, 2)
    return flat if closed else np.concatenate([flat, knots[-1:]])


def blob(points: Sequence[tuple[float, float]], colour: Colour, height: float = 0.6) -> Mark:
    """Return a filled shape with a smooth outline."""
    return Mark(smooth(points), colour, 0.0, height)


def plate(points: Sequence[tuple[float, float]], colour: Colour, height: float = 0.6) -> Mark:
    """Return a filled shape with straight edges."""
    return Mark(np.asarray(points, dtype=np.float64), colour, 0.0, height)


def stroke(points: Sequence[tuple[float, float]], colour: Colour, width: float, height: float = 0.7) -> Mark:
    """Return a smooth open line, `width` units wide."""
    return Mark(smooth(points, closed=False), colour, width, height)


def disc(x: float, y: float, radius: float, colour: Colour, height: float = 0.8) -> Mark:
    """Return a filled circle."""
    angle = np.linspace(0.0, 2 * np.pi, 40, endpoint=False)
    return Mark(np.stack([x + radius * np.cos(angle), y + radius * np.sin(angle)], axis=1), colour, 0.0, height)


def mirrored(points: Sequence[tuple[float, float]], axis: float = 50.0) -> list[tuple[float, float]]:
    """Return an outline completed by its mirror image in the vertical line x = axis.

    >>> mirrored([(10, 0), (20, 5)], axis=50)
    [(10, 0), (20, 5), (80, 5), (90, 0)]
    """
    return list(points) + [(2 * axis - x, y) for x, y in reversed(points)]
