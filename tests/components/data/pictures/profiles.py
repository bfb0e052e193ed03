"""Tests: the smallest ICC profiles of RGB colour spaces (ICC.1:2001-04: three primaries and one gamma)."""

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

D50 = (0.9642, 1.0, 0.8249)
D65_XY, D50_XY = (0.3127, 0.3290), (0.3457, 0.3585)
TO_CONES = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])

Space = tuple[Sequence[float], float]  # x and y of white, red, green and blue; gamma
ADOBE_RGB: Space = ((*D65_XY, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06), 563 / 256)
DISPLAY_P3: Space = ((*D65_XY, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06), 2.2)
PROPHOTO: Space = ((*D50_XY, 0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001), 1.8)


def profile_of(space: Space) -> bytes:
    """Return the profile as the bytes that a picture file embeds."""
    chromaticities, gamma = space
    curve = struct.pack(">4sxxxxIHxx", b"curv", 1, round(gamma * 256))
    tags = {b"desc": struct.pack(">4sxxxxI5s82x", b"desc", 5, b"test"), b"cprt": b"text\0\0\0\0none\0\0\0\0"}
    tags |= {b"wtpt": _xyz_tag(D50)}
    for name, column in zip((b"r", b"g", b"b"), _columns(chromaticities).T, strict=True):
        tags |= {name + b"XYZ": _xyz_tag(column), name + b"TRC": curve}
    start, body, table = 128 + 4 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        padded = content.ljust(-(-len(content) // 4) * 4, b"\0")
        table += struct.pack(">4sII", name, start + len(body), len(content))
        body += padded
    head = struct.pack(">I4xI4s4s4s12x4s28x", start + len(body), 0x02100000, b"mntr", b"RGB ", b"XYZ ", b"acsp")
    return (head + _fixed(D50)).ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def _columns(chromaticities: Sequence[float]) -> NDArray[np.float64]:
    """Return the XYZ of red, green and blue as columns, seen under D50."""
    white, *primaries = (np.array([x / y, 1, (1 - x - y) / y]) for x, y in np.reshape(chromaticities, (4, 2)))
    columns = np.stack(primaries, axis=1)
    scaled = columns * np.linalg.solve(columns, white)
    ratio = np.diag((TO_CONES @ D50) / (TO_CONES @ white))
    return np.asarray(np.linalg.inv(TO_CONES) @ ratio @ TO_CONES @ scaled)


def _xyz_tag(values: Sequence[float] | NDArray[np.float64]) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(values)


def _fixed(values: Sequence[float] | NDArray[np.float64]) -> bytes:
    return struct.pack(">3i", *(round(float(value) * 65_536) for value in values))
