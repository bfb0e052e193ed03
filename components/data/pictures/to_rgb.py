"""Data: convert an open picture of any mode, depth and colour space to 8-bit RGB in sRGB."""

from collections.abc import Mapping

import numpy as np
from PIL import Image

from components.data.catalogue.schema import Refusal, Repair
from components.data.pictures.colour_spaces import BrokenProfileError, ColourSpace, conversion
from components.data.pictures.errors import PictureError

BITS_PER_SAMPLE, PHOTOMETRIC, WHITE_IS_ZERO = 258, 262, 0  # TIFF
HIGHEST = {"F": (1.0, 255.0, 65_535.0), "I": (255.0, 65_535.0)}  # values of white in use, by mode
MODES: Mapping[str, Repair] = {
    "CMYK": Repair.CMYK,
    "P": Repair.PALETTE,
    "PA": Repair.PALETTE,
    "RGBA": Repair.ALPHA,
    "LA": Repair.ALPHA,
    "L": Repair.GREYSCALE,
}

Repairs = tuple[Repair, ...]


def to_rgb(picture: Image.Image, space: ColourSpace, whitest: float | None) -> tuple[Image.Image, Repairs]:
    """Return the picture in sRGB, and the repairs that converted it, if any.

    Transparent parts become white, as on a shop's page. `whitest` is the value of white in deep grey, see `white_of`.

    Raises:
        PictureError: the picture is black and white only, or has numbers that are no grey levels.
    """
    if _is_one_bit(picture):
        found = "it has black and white pixels only, a photograph has shades"
        raise PictureError(Refusal.ONE_BIT, found)
    if picture.mode.startswith(("I", "F")):
        repair = Repair.FLOAT if picture.mode == "F" else Repair.SIXTEEN_BITS
        converted, repairs = _in_srgb(_from_deep_grey(picture, whitest), space)
        return converted, (repair, *repairs)
    mode_repair = () if picture.mode == "RGB" else (MODES.get(picture.mode, Repair.OTHER_MODE),)
    if picture.has_transparency_data:
        converted, repairs = _on_white(picture, space)
        return converted, ((mode_repair or (Repair.ALPHA,)) + repairs)
    converted, repairs = _in_srgb(_plain(picture), space)
    return converted, mode_repair + repairs


def white_of(file: Image.Image) -> float | None:
    """Return the value of white in an open file of 16 bits, None where the file does not say it (32 bits, floats).

    It is negative where 0 is white, as TIFF allows.
    """
    tags = getattr(file, "tag_v2", {})
    sign = -1.0 if tags.get(PHOTOMETRIC) == WHITE_IS_ZERO else 1.0
    if file.mode.startswith("I;16"):
        return sign * (2.0 ** int(tags.get(BITS_PER_SAMPLE, (16,))[0]) - 1)
    return None


def _is_one_bit(picture: Image.Image) -> bool:
    if picture.mode == "1":
        return True
    if picture.mode not in {"L", "P"}:
        return False
    counts = picture.convert("RGB").getcolors(maxcolors=2)
    return counts is not None and {colour for _, colour in counts} == {(0, 0, 0), (255, 255, 255)}


def _plain(picture: Image.Image) -> Image.Image:
    """Return an opaque picture in one of the modes that colour spaces are defined for."""
    return picture.copy() if picture.mode in {"RGB", "L", "CMYK", "LAB"} else picture.convert("RGB")


def _on_white(picture: Image.Image, space: ColourSpace) -> tuple[Image.Image, Repairs]:
    grey = picture.mode in {"L", "LA", "La"}
    layers = picture.convert("LA" if grey else "RGBA")
    converted, repairs = _in_srgb(layers.convert("L" if grey else "RGB"), space)
    white = Image.new("RGB", picture.size, "white")
    return Image.composite(converted, white, layers.getchannel("A")), repairs


def _in_srgb(picture: Image.Image, space: ColourSpace) -> tuple[Image.Image, Repairs]:
    try:
        convert = conversion(space, picture.mode)
    except BrokenProfileError:
        return _assumed_srgb(picture), (Repair.BROKEN_PROFILE,)
    return (convert(picture), (Repair.COLOUR_SPACE,)) if convert else (_assumed_srgb(picture), ())


def _assumed_srgb(picture: Image.Image) -> Image.Image:
    convert = conversion(ColourSpace(), picture.mode)
    return convert(picture) if convert else picture.convert("RGB")


def _from_deep_grey(picture: Image.Image, whitest: float | None) -> Image.Image:
    """Convert 16 or 32 bits of grey to 8. Pillow's own conversion of 32-bit modes clips values above 255 to white."""
    values = np.asarray(picture, dtype=np.float64)
    if not np.isfinite(values).all() or values.min() < 0 or values.max() > HIGHEST["F"][-1]:
        found = f"its values go from {values.min():g} to {values.max():g}, expected 0 to 1, 255 or 65535"
        raise PictureError(Refusal.UNREADABLE, found)
    white = whitest or next(highest for highest in HIGHEST[picture.mode] if values.max() <= highest)
    share = np.clip(values / abs(white), 0, 1)
    return Image.fromarray(np.rint(255 * (share if white > 0 else 1 - share)).astype(np.uint8))
