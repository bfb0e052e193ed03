"""Tests: a picture of any mode, depth and colour space becomes RGB with the colours that people see."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from components.data.catalogue.schema import Refusal, Repair
from components.data.pictures.colour_spaces import ColourSpace
from components.data.pictures.errors import PictureError
from components.data.pictures.to_rgb import to_rgb
from tests.components.data.pictures.profiles import ADOBE_RGB, profile_of

ADOBE = ColourSpace(profile=profile_of(ADOBE_RGB))
STORED, SHOWN = (171, 35, 35), (200, 30, 30)


def colour(picture: Image.Image) -> tuple[int, ...]:
    return tuple(np.asarray(picture)[0, 0].tolist())


@pytest.mark.parametrize(
    ("picture", "repairs"),
    [
        (Image.new("RGB", (4, 4), STORED), (Repair.COLOUR_SPACE,)),
        (Image.new("RGBA", (4, 4), (*STORED, 255)), (Repair.ALPHA, Repair.COLOUR_SPACE)),
        (Image.new("RGB", (4, 4), STORED).quantize(2), (Repair.PALETTE, Repair.COLOUR_SPACE)),
    ],
    ids=["rgb", "alpha", "palette"],
)
def test_the_profile_of_a_picture_in_any_mode_is_used(picture: Image.Image, repairs: tuple[Repair, ...]) -> None:
    found, done = to_rgb(picture, ADOBE, None)
    assert found.mode == "RGB"
    assert np.abs(np.subtract(colour(found), SHOWN)).max() <= 3
    assert done == repairs


def test_transparent_parts_are_white_and_half_transparent_ones_are_between() -> None:
    found, _ = to_rgb(Image.new("RGBA", (4, 4), (*STORED, 128)), ADOBE, None)
    assert np.abs(np.subtract(colour(found), (227, 142, 142))).max() <= 3


@given(st.lists(st.integers(0, 255), min_size=2, max_size=20), st.sampled_from([1.0, 255.0, 65_535.0]))
def test_floats_and_wide_integers_keep_their_shades(levels: list[int], white: float) -> None:
    shades = np.array([[*levels, 255]], dtype=np.float64) / 255
    for picture in (Image.fromarray((shades * white).astype(np.float32)), deep(shades)):
        found, _ = to_rgb(picture, ColourSpace(), 65_535.0 if picture.mode != "F" else None)
        assert np.abs(np.asarray(found, int)[..., 0] - [*levels, 255]).max() <= 1


def deep(shades: Any) -> Image.Image:
    return Image.fromarray(np.rint(shades * 65_535).astype(np.uint16))


def test_a_dark_picture_of_16_bits_stays_dark_and_white_may_be_zero() -> None:
    dark = Image.fromarray(np.full((4, 4), 200, np.uint16))
    assert colour(to_rgb(dark, ColourSpace(), 65_535.0)[0]) == (1, 1, 1)
    assert colour(to_rgb(dark, ColourSpace(), -65_535.0)[0]) == (254, 254, 254)
    assert colour(to_rgb(dark, ColourSpace(), 4_095.0)[0]) == (12, 12, 12)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 1e9])
def test_floats_that_are_no_grey_levels_are_refused(value: float) -> None:
    with pytest.raises(PictureError) as error:
        to_rgb(Image.new("F", (4, 4), value), ColourSpace(), None)
    assert error.value.reason == Refusal.UNREADABLE


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_pixels_that_are_black_or_white_only_are_refused(mode: str) -> None:
    speckle = Image.fromarray(np.indices((8, 8)).sum(axis=0) % 2 == 0).convert(mode)
    with pytest.raises(PictureError) as error:
        to_rgb(speckle, ColourSpace(), None)
    assert error.value.reason == Refusal.ONE_BIT


def test_a_broken_profile_is_noted_and_the_picture_read_as_srgb() -> None:
    found, repairs = to_rgb(Image.new("RGB", (4, 4), STORED), ColourSpace(profile=b"broken"), None)
    assert (colour(found), repairs) == (STORED, (Repair.BROKEN_PROFILE,))


def test_lab_becomes_rgb() -> None:
    found, repairs = to_rgb(Image.new("LAB", (4, 4), (255, 128, 128)), ColourSpace(), None)
    assert min(colour(found)) >= 254
    assert Repair.OTHER_MODE in repairs
