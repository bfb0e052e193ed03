"""Deployments: how the rating page gets files of each form, so that nothing but their content differs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

WHITE = (255, 255, 255)


@dataclass(frozen=True, slots=True)
class Form:
    media_type: str
    prepare: Callable[[Sequence[Path]], list[bytes]]  # all files of a page -> what it gets of each


def _pictures(paths: Sequence[Path]) -> list[bytes]:
    """Return the pixels as new PNGs of one size: compression, colour mode and metadata do not reveal the subject."""
    size = min((_size(path) for path in paths), default=(1, 1))
    return [_png(path, size) for path in paths]


def _size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def _png(path: Path, size: tuple[int, int]) -> bytes:
    with Image.open(path) as picture:
        pixels = picture.convert("RGB")
    if pixels.size != size:
        pixels = ImageOps.pad(pixels, size, color=WHITE)
    pixels.info.clear()
    file = BytesIO()
    pixels.save(file, format="PNG")
    return file.getvalue()


def _texts(paths: Sequence[Path]) -> list[bytes]:
    """Return the texts without what a reader does not see: blanks at the ends and between words, empty lines."""
    return [_plain(path.read_text(encoding="utf-8")).encode() for path in paths]


def _plain(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


FORMS: Mapping[str, Form] = {
    "image": Form("image/png", _pictures),
    "text": Form("text/plain; charset=utf-8", _texts),
}
