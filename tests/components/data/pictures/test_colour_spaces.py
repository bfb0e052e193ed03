"""Tests: colours of a file become the sRGB that a browser shows, whichever way the file names its colour space."""

import io
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from components.data.pictures.colour_spaces import BrokenProfileError, ColourSpace, colour_space_of, conversion
from tests.components.data.catalogues import saved
from tests.components.data.pictures.profiles import ADOBE_RGB, DISPLAY_P3, PROPHOTO, Space, profile_of

RED, GREEN = (200, 30, 30), (30, 150, 60)  # in sRGB
KNOWN = [(ADOBE_RGB, (171, 35, 35), RED), (PROPHOTO, (77, 123, 61), GREEN), (DISPLAY_P3, (184, 51, 44), RED)]
SRGB_PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def chunks(**values: Any) -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    for name, value in values.items():
        numbers = [round(number * 100_000) for number in np.atleast_1d(value)]
        info.add(name.encode(), struct.pack(f">{len(numbers)}I", *numbers))
    return info


def exif(values: Mapping[int, Any]) -> Image.Exif:
    found = Image.Exif()
    found.get_ifd(0x8769).update(values)
    return found


def in_srgb(content: bytes) -> tuple[int, ...]:
    with Image.open(io.BytesIO(content)) as file:
        convert = conversion(colour_space_of(file), "RGB")
        picture = convert(file.convert("RGB")) if convert else file.convert("RGB")
    return tuple(np.asarray(picture)[8, 8].tolist())


def near(found: tuple[int, ...], expected: tuple[int, ...], levels: int) -> bool:
    return max(abs(a - b) for a, b in zip(found, expected, strict=True)) <= levels


@pytest.mark.parametrize(("space", "values", "shown"), KNOWN, ids=["adobe-rgb", "prophoto", "display-p3"])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_profile_in_any_file_format_gives_srgb(
    space: Space, values: tuple[int, int, int], shown: tuple[int, int, int], form: str
) -> None:
    options = {"quality": 100} if form in {"JPEG", "AVIF"} else {"lossless": True} if form == "WEBP" else {}
    content = saved(Image.new("RGB", (32, 32), values), form, icc_profile=profile_of(space), **options)
    assert near(in_srgb(content), shown, 5)  # one level of ProPhoto is five of sRGB in a dark red


@given(
    st.lists(st.tuples(*[st.integers(0, 255)] * 3), min_size=1, max_size=20),
    st.sampled_from([ADOBE_RGB, DISPLAY_P3]),
)
def test_primaries_and_gamma_give_the_colours_of_the_same_profile(
    colours: list[tuple[int, int, int]], space: Space
) -> None:
    picture = Image.fromarray(np.array([colours], dtype=np.uint8))
    by_profile = conversion(ColourSpace(profile=profile_of(space)), "RGB")
    by_numbers = conversion(ColourSpace(gamma=space[1], chromaticities=space[0]), "RGB")
    assert by_profile is not None
    assert by_numbers is not None
    difference = np.asarray(by_profile(picture), int) - np.asarray(by_numbers(picture), int)
    assert np.abs(difference).max() <= 2


@pytest.mark.parametrize(
    "content",
    [
        saved(Image.new("RGB", (16, 16), (171, 35, 35)), quality=100, exif=exif({0xA001: 65535, 0xA005: {1: "R03"}})),
        saved(Image.new("RGB", (16, 16), (171, 35, 35)), quality=100, exif=exif({0xA001: 2})),
        saved(Image.new("RGB", (16, 16), (171, 35, 35)), "PNG", pnginfo=chunks(gAMA=0.45455, cHRM=ADOBE_RGB[0])),
    ],
    ids=["dcf-r03", "exif-colour-space-2", "png-primaries"],
)
def test_adobe_rgb_without_a_profile_is_recognised(content: bytes) -> None:
    assert near(in_srgb(content), RED, 3)


def test_a_linear_png_becomes_lighter() -> None:
    assert near(in_srgb(saved(Image.new("RGB", (16, 16), (128,) * 3), "PNG", pnginfo=chunks(gAMA=1.0))), (188,) * 3, 1)


@pytest.mark.parametrize(
    "options",
    [{}, {"icc_profile": SRGB_PROFILE}, {"pnginfo": chunks(gAMA=0.45455)}, {"pnginfo": chunks(cHRM=ADOBE_RGB[0])}],
    ids=["nothing", "srgb-profile", "usual-gamma", "primaries-alone"],
)
def test_a_file_in_srgb_is_left_as_it_is(options: dict[str, Any]) -> None:
    with Image.open(io.BytesIO(saved(Image.new("RGB", (16, 16), RED), "PNG", **options))) as file:
        assert conversion(colour_space_of(file), "RGB") is None


@pytest.mark.parametrize(
    ("profile", "mode"),
    [(b"no profile at all", "RGB"), (profile_of(ADOBE_RGB)[:200], "RGB"), (profile_of(ADOBE_RGB), "CMYK")],
    ids=["garbage", "truncated", "of-another-kind-of-picture"],
)
def test_a_broken_profile_is_an_error(profile: bytes, mode: str) -> None:
    with pytest.raises(BrokenProfileError):
        conversion(ColourSpace(profile=profile), mode)


@given(st.binary(min_size=1, max_size=200), st.integers(0, 400))
def test_any_damage_to_a_profile_is_a_conversion_or_the_one_error(noise: bytes, place: int) -> None:
    damaged = bytearray(profile_of(ADOBE_RGB))
    damaged[place : place + len(noise)] = noise
    try:
        convert = conversion(ColourSpace(profile=bytes(damaged)), "RGB")
    except BrokenProfileError:
        return
    assert convert is None or convert(Image.new("RGB", (2, 2))).mode == "RGB"
