"""Tests: pictures look alike if outlines and colours are nearly equal."""

import io

import numpy as np
from PIL import Image

from components.data.pictures.looks import look_of, nearest_look

RED, BLUE = (200, 20, 20), (20, 20, 200)


def shoe(colour: tuple[int, int, int], top: int = 20, noise: int = 0) -> Image.Image:
    pixels = np.full((64, 64, 3), 255, np.int16)
    pixels[top : top + 20, 10:50] = colour
    pixels += np.random.default_rng(0).integers(-noise, noise + 1, pixels.shape, dtype=np.int16)
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def test_a_picture_that_is_compressed_or_slightly_noisy_looks_the_same() -> None:
    content = io.BytesIO()
    shoe(RED).save(content, "JPEG", quality=90)
    others = [look_of(shoe(BLUE, top=5)), look_of(content.getvalue())]
    assert nearest_look(look_of(shoe(RED)), others, bits=24) == 1


def test_another_colour_or_another_outline_looks_different() -> None:
    assert nearest_look(look_of(shoe(RED)), [look_of(shoe(BLUE)), look_of(shoe(RED, top=38))], bits=6) is None
    assert nearest_look(look_of(shoe(RED)), [], bits=6) is None
