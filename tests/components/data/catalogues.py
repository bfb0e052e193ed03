"""Tests: small catalogues in the Kaggle layout, with pictures that differ like those of products."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

HEADER = "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName"


def line(product: int | str, name: str = "Alder Men Drift Shoes", article: str = "Casual Shoes", **values: str) -> str:
    """Return one line of styles.csv."""
    row = {"gender": "Men", "baseColour": "Blue", "season": "Fall", "year": "2012", "usage": "Casual"} | values
    fields = (product, row["gender"], "Footwear", "Shoes", article, row["baseColour"], row["season"], row["year"])
    return ",".join(map(str, (*fields, row["usage"], name)))


def picture(seed: int, size: tuple[int, int] = (60, 80), ground: str = "white") -> Image.Image:
    """Return a picture of ellipses on a plain background; pictures of two seeds are clearly different."""
    rng = np.random.default_rng(seed)
    image = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        x, y = rng.integers(8, np.array(size) - 24)
        colour = tuple(int(value) for value in rng.integers(0, 200, 3))
        draw.ellipse((x, y, x + int(rng.integers(6, 16)), y + int(rng.integers(6, 16))), fill=colour)
    return image


def saved(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def jpeg(seed: int) -> bytes:
    return saved(picture(seed), quality=92)


def write_catalogue(folder: Path, lines: list[str], pictures: Mapping[int, bytes], header: str = HEADER) -> Path:
    """Write a catalogue; products without bytes in `pictures` have no picture."""
    for name in ("images", "styles"):
        (folder / name).mkdir(parents=True)
    (folder / "styles.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    for product, content in pictures.items():
        (folder / "images" / f"{product}.jpg").write_bytes(content)
    return folder


def write_style(folder: Path, product: int, brand: str, description: str) -> None:
    data = {"brandName": brand, "productDescriptors": {"description": {"value": description}}}
    (folder / "styles" / f"{product}.json").write_text(json.dumps({"data": data}), encoding="utf-8")
