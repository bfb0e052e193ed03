"""Data: pictures of any mode as 8-bit RGB: print colours, palettes, see-through ones, deep greys."""

from collections.abc import Mapping

import numpy as np
from PIL import Image

from components.data.catalogue.schema import Repair

MODES: Mapping[str, Repair] = {
    "CMYK": Repair.CMYK,
    "P": Repair.PALETTE,
    "PA": Repair.PALETTE,
    "RGBA": Repair.ALPHA,
    "LA": Repair.ALPHA,
    "L": Repair.GREYSCALE,
    "1": Repair.GREYSCALE,
}


def in_rgb(picture: Image.Image) -> tuple[Image.Image, tuple[Repair, ...]]:
    """Return the picture in RGB, and what was done to bring it there; nothing for one that is RGB already.

    See-through parts are laid on white, as a shop's page shows them.
    """
    if picture.has_transparency_data:
        see_through = picture.convert("RGBA")
        ground = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(ground, see_through).convert("RGB"), (MODES.get(picture.mode, Repair.ALPHA),)
    if picture.mode == "RGB":
        return picture.copy(), ()
    if picture.mode.startswith(("I", "F")):
        return _from_deep_grey(picture), (Repair.SIXTEEN_BITS,)
    return picture.convert("RGB"), (MODES.get(picture.mode, Repair.OTHER_MODE),)


def _from_deep_grey(picture: Image.Image) -> Image.Image:
    """Bring 16 bits of grey to 8: Pillow's own conversion of 32-bit modes would clip all above 255 to white."""
    values = np.asarray(picture, dtype=np.float64)
    scale = 257.0 if values.max() > 255 else 1.0
    return Image.fromarray(np.clip(np.rint(values / scale), 0, 255).astype(np.uint8)).convert("RGB")
