"""Evaluation: pictures as data URIs, so that the page is one file."""

import base64
import io

from PIL import Image
from torch import Tensor

LARGEST_SIDE = 256  # pixels of a side: a page with tens of pictures stays a few MB
SMALLEST_SIDE = 128  # smaller pictures are enlarged without interpolation, so that browsers do not blur them
QUALITY = 86  # of WebP, which every browser since 2020 shows


def picture_uri(picture: Tensor) -> str:
    """Return a picture, uint8 (3, H, W), as a WebP in a data URI."""
    shown = Image.fromarray(picture.permute(1, 2, 0).cpu().numpy())
    side = max(shown.size)
    if side > LARGEST_SIDE:
        shown.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    elif side < SMALLEST_SIDE:
        shown = shown.resize([length * -(-SMALLEST_SIDE // side) for length in shown.size], Image.Resampling.NEAREST)
    buffer = io.BytesIO()
    shown.save(buffer, "WEBP", quality=QUALITY, method=4)
    return encode_data_uri(buffer.getvalue(), "image/webp")


def encode_data_uri(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
