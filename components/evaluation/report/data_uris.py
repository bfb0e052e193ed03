"""Evaluation: pictures as data URIs, so that a page needs no other file."""

import base64
import io

from PIL import Image
from torch import Tensor

LARGEST = 256  # pixels of a side: a page with tens of pictures stays a few MB
SMALLEST = 128  # smaller ones are enlarged, pixel by pixel, so that browsers do not blur them
QUALITY = 86  # of WebP, which every browser since 2020 shows


def data_uri(picture: Tensor) -> str:
    """Return a picture, uint8 (3, H, W), as a WebP in a data URI."""
    shown = Image.fromarray(picture.permute(1, 2, 0).cpu().numpy())
    side = max(shown.size)
    if side > LARGEST:
        shown.thumbnail((LARGEST, LARGEST), Image.Resampling.LANCZOS)
    elif side < SMALLEST:
        shown = shown.resize([length * -(-SMALLEST // side) for length in shown.size], Image.Resampling.NEAREST)
    buffer = io.BytesIO()
    shown.save(buffer, "WEBP", quality=QUALITY, method=4)
    return encoded(buffer.getvalue(), "image/webp")


def encoded(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"
