"""components / data / drawn catalogue: the bytes of a product's picture file, sound or with a defect."""

import io
import struct
import zlib
from collections.abc import Callable, Mapping

import numpy as np
from PIL import Image

from components.data.drawn_catalogue.drawing.picture import Scene, draw_picture
from components.data.drawn_catalogue.planted import defect_of, original_of
from components.data.drawn_catalogue.products import Product

SIZES = ((120, 160), (120, 160), (150, 200), (120, 160), (120, 160), (180, 240))
WHITES = ((0.985, 0.985, 0.985), (1.0, 1.0, 1.0), (0.975, 0.978, 0.985))
GREYS = ((0.80, 0.80, 0.80), (0.72, 0.73, 0.75), (0.86, 0.85, 0.83))
ROTATED = 6  # EXIF orientation: a viewer turns it 90 degrees clockwise
ORIENTATION = 0x0112


def picture_of(product: Product) -> Image.Image:
    """Return the sound picture of a product, 3:4."""
    defect = defect_of(product.id)
    tints = GREYS if defect == "grey_background" else WHITES
    size = (30, 40) if defect == "small_picture" else SIZES[product.look % len(SIZES)]
    return draw_picture(product.article, product.colour, product.look, Scene(size, tints[product.look % len(tints)]))


def picture_file(shown: Product, product: int) -> bytes:
    """Return the bytes of images/<product>.jpg: a picture of `shown` with the product's defect."""
    defect = defect_of(product)
    sound = "" if original_of(product) != product and defect != "near_same_picture" else defect
    return DEFECTIVE.get(sound, jpeg)(picture_of(shown))


def jpeg(picture: Image.Image) -> bytes:
    """Return a JPEG of quality 90."""
    return _saved(picture, "JPEG", quality=90)


def _saved(picture: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, form, **options)
    return buffer.getvalue()


def _smaller(picture: Image.Image) -> bytes:
    return _saved(picture.resize((90, 120), Image.Resampling.LANCZOS), "JPEG", quality=75)


def _truncated(picture: Image.Image) -> bytes:
    whole = jpeg(picture)
    return whole[: len(whole) // 2]


def _sixteen_bits(picture: Image.Image) -> bytes:
    grey = np.asarray(picture.convert("L"), np.uint16) * 257
    return _saved(Image.fromarray(grey), "PNG")


def _rotated(picture: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = ROTATED
    return _saved(picture.transpose(Image.Transpose.ROTATE_90), "JPEG", quality=90, exif=exif)


def _decompression_bomb(picture: Image.Image) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


DEFECTIVE: Mapping[str, Callable[[Image.Image], bytes]] = {
    "near_same_picture": _smaller,
    "truncated": _truncated,
    "zero_byte": lambda picture: b"",
    "not_an_image": lambda picture: b"<html><head><title>404 Not Found</title></head><body>Not Found</body></html>\n",
    "cmyk": lambda picture: jpeg(picture.convert("CMYK")),
    "png_16_bit": _sixteen_bits,
    "palette": lambda picture: _saved(picture.quantize(64), "PNG"),
    "exif_rotated": _rotated,
    "huge_claim": _decompression_bomb,
}
