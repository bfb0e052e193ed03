"""Data: whether two pictures look alike: nearly equal perceptual hashes of their outlines, and nearly equal colours."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from components.data.pictures.read import HASH_SIDE

COARSE = 8  # pixels: the side of the small picture whose colours are compared
COLOUR_LEVELS = 10  # of 255, mean difference: the hash sees no colour, so the same shoe in red and blue has one hash


@dataclass(frozen=True, slots=True)
class Look:
    """The 256-bit perceptual hash of a picture, and its colours in 8 x 8 pixels."""

    phash: NDArray[np.uint8]  # (32,) bytes
    colours: NDArray[np.int16]  # (8, 8, 3)


def look_of(picture: bytes | Image.Image) -> Look:
    """Return the look of a picture, given as the bytes of its file or opened."""
    if isinstance(picture, bytes):
        with Image.open(io.BytesIO(picture)) as image:
            return look_of(image.convert("RGB"))
    bits = imagehash.phash(picture, hash_size=HASH_SIDE).hash
    small = picture.convert("RGB").resize((COARSE, COARSE), Image.Resampling.BOX)
    return Look(np.packbits(bits.reshape(-1)), np.asarray(small, np.int16))


def nearest_look(look: Look, others: Sequence[Look], bits: int) -> int | None:
    """Return the place of the first of the others that looks like this one, None if none does.

    Args:
        look: of a picture.
        others: of other pictures.
        bits: by which the hashes may differ.
    """
    if not others:
        return None
    hashes = np.stack([other.phash for other in others])
    distances = np.bitwise_count(hashes ^ look.phash).sum(axis=1, dtype=np.int64)
    near = (int(place) for place in np.flatnonzero(distances <= bits))
    return next((p for p in near if np.abs(others[p].colours - look.colours).mean() <= COLOUR_LEVELS), None)
