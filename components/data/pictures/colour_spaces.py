"""Data: convert pictures to sRGB from the colour space that their file names: an ICC profile, EXIF, or PNG's gAMA."""

import io
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

Convert = Callable[[Image.Image], Image.Image]  # from RGB, L, CMYK or LAB to RGB in sRGB
Chromaticities = Sequence[float]  # x and y of white, red, green and blue, as in PNG's cHRM

SAME = 3  # of 255: a profile that changes no colour by more is sRGB as another program writes it
EXIF, INTEROPERABILITY, INTEROPERABILITY_INDEX, COLOUR_SPACE = 0x8769, 0xA005, 1, 0xA001
SRGB: Chromaticities = (0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)  # IEC 61966-2-1
ADOBE_RGB: Chromaticities = (0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)  # Adobe RGB (1998), 4.3.1
ADOBE_GAMMA = 563 / 256
PNG_SRGB_GAMMA = 0.45455  # PNG 11.3.2.2: what programs without an sRGB chunk write for sRGB
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
PROFILE_MODES = {"RGB ": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab ": "LAB"}  # by the colour space of an ICC profile

Matrix = NDArray[np.float64]


class BrokenProfileError(ValueError):
    """An ICC profile that cannot be read, or belongs to another kind of picture."""


@dataclass(frozen=True, slots=True)
class ColourSpace:
    """What a file says of its colours. All empty: sRGB. `gamma` is the exponent that makes values linear."""

    profile: bytes = b""
    gamma: float = 0.0
    chromaticities: Chromaticities = SRGB


def colour_space_of(file: Image.Image) -> ColourSpace:
    """Return the colour space of an open file: its ICC profile if it has one, else what EXIF or PNG's chunks say."""
    if profile := file.info.get("icc_profile"):
        return ColourSpace(profile=bytes(profile))
    if file.format == "PNG" and "srgb" not in file.info:
        return _png_space(file.info.get("gamma"), file.info.get("chromaticity"))
    return ColourSpace(gamma=ADOBE_GAMMA, chromaticities=ADOBE_RGB) if _names_adobe_rgb(file) else ColourSpace()


def _names_adobe_rgb(file: Image.Image) -> bool:
    """Return whether EXIF names Adobe RGB, as cameras do: DCF 2.0 by the index R03, others by colour space 2."""
    try:
        exif = file.getexif()
        index = exif.get_ifd(INTEROPERABILITY).get(INTEROPERABILITY_INDEX)
        return index == "R03" or exif.get_ifd(EXIF).get(COLOUR_SPACE) == 2
    except (OSError, ValueError, TypeError, KeyError, SyntaxError, struct.error):  # EXIF of any form must not refuse it
        return False


def _png_space(gamma: float | None, chromaticities: Chromaticities | None) -> ColourSpace:
    """Without gAMA a PNG is taken for sRGB, since cHRM alone says nothing about its values."""
    if not gamma:
        return ColourSpace()
    primaries = tuple(chromaticities or SRGB)
    if abs(gamma - PNG_SRGB_GAMMA) < 0.001 and np.allclose(primaries, SRGB, atol=0.002):
        return ColourSpace()
    return ColourSpace(gamma=1 / gamma, chromaticities=primaries)


def conversion(space: ColourSpace, mode: str) -> Convert | None:
    """Return what converts a picture of this mode (RGB, L, CMYK or LAB) to sRGB; None if it is sRGB already.

    Raises:
        BrokenProfileError: the profile cannot be read, or is not one for such pictures.
    """
    if space.profile:
        return _profile_conversion(space.profile, mode)
    if mode == "LAB":
        return _transform(ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")), mode)
    if space.gamma and mode in {"RGB", "L"}:
        return partial(_convert_linear, gamma=space.gamma, matrix=_to_srgb(tuple(space.chromaticities)))
    return None


@lru_cache(maxsize=32)
def _profile_conversion(profile: bytes, mode: str) -> Convert | None:
    try:
        read = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        own = PROFILE_MODES.get(read.profile.xcolor_space, "")
        if own not in ({"RGB", "L"} if mode == "L" else {mode}):
            raise BrokenProfileError(f"it is a profile of {read.profile.xcolor_space.strip()}, the picture is {mode}")
        convert = _transform(read, own)
        return None if own in {"RGB", "L"} and _changes_nothing(convert, own) else convert
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError) as error:
        raise BrokenProfileError(str(error)) from None


def _transform(profile: ImageCms.ImageCmsProfile, mode: str) -> Convert:
    transform = ImageCms.buildTransform(
        profile,
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )

    def convert(picture: Image.Image) -> Image.Image:
        converted = ImageCms.applyTransform(picture.convert(mode) if picture.mode != mode else picture, transform)
        assert converted is not None  # only None if it works in place
        return converted

    return convert


def _changes_nothing(convert: Convert, mode: str) -> bool:
    """Return whether no colour of an even lattice changes by more than `SAME` levels."""
    levels = np.linspace(0, 255, 18).round().astype(np.uint8)
    lattice = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(1, -1, 3)
    sample = Image.fromarray(lattice if mode == "RGB" else np.arange(256, dtype=np.uint8)[None])
    found, expected = (np.asarray(picture, dtype=np.int16) for picture in (convert(sample), sample.convert("RGB")))
    return bool(np.abs(found - expected).max() <= SAME)


def _convert_linear(picture: Image.Image, gamma: float, matrix: Matrix) -> Image.Image:
    linear = (np.arange(256) / 255) ** gamma
    values = linear[np.asarray(picture.convert("RGB"))] @ matrix.T
    return Image.fromarray(np.rint(255 * _encoded(np.clip(values, 0, 1))).astype(np.uint8))


def _encoded(linear: Matrix) -> Matrix:
    """Encode linear values in [0, 1] as sRGB (IEC 61966-2-1)."""
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


@lru_cache(maxsize=32)
def _to_srgb(chromaticities: Chromaticities) -> Matrix:
    """Return the matrix from linear RGB of these primaries to linear sRGB, white adapted by Bradford's matrix."""
    adapt = np.linalg.solve(BRADFORD, np.diag(_cone(SRGB) / _cone(chromaticities)) @ BRADFORD)
    return np.asarray(np.linalg.solve(_to_xyz(SRGB), adapt @ _to_xyz(chromaticities)))


def _cone(chromaticities: Chromaticities) -> Matrix:
    return np.asarray(BRADFORD @ _xyz(*chromaticities[:2]))


def _to_xyz(chromaticities: Chromaticities) -> Matrix:
    white, *primaries = (_xyz(*chromaticities[at : at + 2]) for at in range(0, 8, 2))
    columns = np.stack(primaries, axis=1)
    return np.asarray(columns * np.linalg.solve(columns, white))


def _xyz(x: float, y: float) -> Matrix:
    return np.array([x / y, 1.0, (1 - x - y) / y])
