"""Data: read a picture file as a square RGB picture with its hashes, or raise the reason why it cannot be used."""

import hashlib
import io
import struct
import warnings
from dataclasses import dataclass
from pathlib import Path

import imagehash
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from components.data.catalogue.schema import Refusal, Repair
from components.data.pictures.colour_spaces import colour_space_of
from components.data.pictures.errors import PictureError
from components.data.pictures.to_rgb import to_rgb, white_of

# What Pillow reads by itself: no format that starts other programs (EPS), and none that is no picture (HDF5).
FORMATS = (
    *("JPEG", "PNG", "WEBP", "AVIF", "GIF", "BMP", "DIB", "TIFF", "JPEG2000", "PPM", "PSD"),
    *("TGA", "PCX", "SGI", "QOI", "DDS", "ICO"),
)
SEVERAL_PICTURES = ("MPO", "PSD")  # formats whose first picture is the whole one; others are previews, or layers
SUBFILE_TYPE, PREVIEW = 254, 1  # TIFF: a page that is a smaller copy of another
SMALLEST_SIDE = 16  # pixels; smaller pictures cannot be recognised
HASHED_SIDE = 256  # pixels; the smallest size for the perceptual hash, so that it hardly depends on the model's size
HASH_SIDE = 16  # 16 x 16 = 256 bits: 64 bits do not separate products of one silhouette
WHITE = 240  # of 255: a pixel is white if all its channels are at least this
ORIENTATION = 0x0112
TRANSFORMED, SIDEWAYS = range(2, 9), range(5, 9)  # values of EXIF's orientation

Image.init()  # registers the formats that Pillow loads lazily

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Picture:
    """A square RGB picture, and facts about its file.

    `content` is the sha256 of the file, which does not depend on the decoder; files with equal pixels but different
    bytes have equal `phash` (256 bits in hex). `width` and `height` are those of the upright original, in pixels.
    `white_background` is the share of white pixels on its border, in [0, 1].
    """

    square: Image.Image
    content: str
    phash: str
    width: int
    height: int
    white_background: float
    repairs: tuple[Repair, ...]


@dataclass(frozen=True, slots=True)
class Decoded:
    """An upright RGB picture, possibly decoded at a smaller size, with its original width and height."""

    picture: Image.Image
    width: int
    height: int
    repairs: tuple[Repair, ...]


def read_picture(path: Path, size: int) -> Picture:
    """Return the whole picture of a file in a square of `size` pixels, padded with its own background colour.

    Raises:
        PictureError: the file is missing, empty, not a picture, truncated, too small, a decompression bomb, an
            animation, or black and white only.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise PictureError(Refusal.MISSING_PICTURE, f"{path.name} cannot be read: {error.strerror}") from None
    if not content:
        raise PictureError(Refusal.EMPTY_FILE, f"{path.name} has 0 bytes")
    decoded = _decoded(content, path.name, size)
    border = _border(decoded.picture)
    return Picture(
        square=_squared(decoded.picture, size, border),
        content=hashlib.sha256(content).hexdigest(),
        phash=str(imagehash.phash(decoded.picture, hash_size=HASH_SIDE)),
        width=decoded.width,
        height=decoded.height,
        white_background=round(float((border.min(axis=1) >= WHITE).mean()), 3),
        repairs=decoded.repairs,
    )


def _decoded(content: bytes, name: str, size: int) -> Decoded:
    """Decode a file. Decoders raise errors of many types for broken files; all become PictureError."""
    try:
        return _opened(content, name, size)
    except PictureError as error:
        raise PictureError(error.reason, f"{name}: {error.detail}") from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureError(Refusal.BOMB, f"{name}: {error}") from None
    except UnidentifiedImageError:
        raise PictureError(Refusal.NOT_A_PICTURE, f"{name} begins with {content[:16]!r}") from None
    except (OSError, EOFError, SyntaxError, struct.error, ValueError, LookupError, TypeError, MemoryError) as error:
        reason = Refusal.TRUNCATED if "truncated" in str(error).lower() else Refusal.UNREADABLE
        raise PictureError(reason, f"{name}: {type(error).__name__}: {error}") from None


def _opened(content: bytes, name: str, size: int) -> Decoded:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's warnings, such as those about odd EXIF
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        with Image.open(io.BytesIO(content), formats=FORMATS) as file:
            return _loaded(file, max(size, HASHED_SIDE))


def _loaded(file: Image.Image, side: int) -> Decoded:
    width, height = file.size
    if min(width, height) < SMALLEST_SIDE:
        found = f"it is {width} x {height} pixels, expected {SMALLEST_SIDE} at least"
        raise PictureError(Refusal.TOO_SMALL, found)
    if (pictures := _count_pictures(file)) > 1:
        found = f"it has {pictures} pictures, expected one: save the right one as a file of its own"
        raise PictureError(Refusal.ANIMATION, found)
    orientation, space, white = file.getexif().get(ORIENTATION, 1), colour_space_of(file), white_of(file)
    file.draft(None, (side, side))  # decodes a JPEG at the smallest sufficient eighth of its size: 2.7 times faster
    file.load()
    upright = ImageOps.exif_transpose(file) if orientation in TRANSFORMED else file
    picture, repairs = to_rgb(upright, space, white)
    if orientation in SIDEWAYS:
        width, height = height, width
    return Decoded(picture, width, height, (*repairs, *((Repair.ROTATED,) if orientation in TRANSFORMED else ())))


def _count_pictures(file: Image.Image) -> int:
    """Return how many frames or pages a file has. The first of an animation is often blank, or another product."""
    frames = 1 if file.format in SEVERAL_PICTURES else int(getattr(file, "n_frames", 1))
    if frames == 1 or file.format != "TIFF":
        return frames
    pages = sum(not _is_preview(file, page) for page in range(frames))
    file.seek(0)
    return pages


def _is_preview(file: Image.Image, page: int) -> bool:
    file.seek(page)
    return bool(getattr(file, "tag_v2", {}).get(SUBFILE_TYPE, 0) & PREVIEW)


def _border(picture: Image.Image) -> Pixels:
    """Return the pixels of the four outermost lines, shape (n, 3)."""
    pixels = np.asarray(picture)
    return np.concatenate([pixels[0], pixels[-1], pixels[1:-1, 0], pixels[1:-1, -1]])


def _squared(picture: Image.Image, size: int, border: Pixels) -> Image.Image:
    scale = size / max(picture.size)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    small = picture.resize((width, height), Image.Resampling.LANCZOS)
    red, green, blue = (int(value) for value in np.median(border, axis=0))
    square = Image.new("RGB", (size, size), (red, green, blue))
    square.paste(small, ((size - width) // 2, (size - height) // 2))
    return square
