"""Tests: toy models of a product line: rows from a list, drawn shapes, and sentences."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict

from components.core.errors import UsageError
from components.core.predictor import Check
from components.core.seeds import derive_seed
from components.products.batch import Line
from components.products.config import ProductLine
from components.products.predictors import LineModel, Models

COLOURS = {"Red": (200, 30, 30), "Blue": (30, 40, 190), "Green": (20, 140, 40), "Black": (20, 20, 20)}
CHOICES: Mapping[str, Sequence[str]] = {
    "articleType": ["Casual Shoes"],
    "baseColour": list(COLOURS),
    "gender": ["Men", "Women"],
    "season": ["Summer", "Winter"],
    "masterCategory": ["Footwear"],
    "brand": ["Alder", "Corvane, Ltd"],
}


class RowsRequest(BaseModel):
    where: Mapping[str, Any]
    count: int = 1
    seed: int = 0


class Rows(BaseModel):
    rows: tuple[dict[str, Any], ...]
    seeds: tuple[int, ...]


class ShapeRequest(BaseModel):
    colour: str
    seed: int


class Shapes(BaseModel):
    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    pictures: tuple[bytes, ...]


class TextRequest(BaseModel):
    attributes: Mapping[str, str]
    count: int = 1
    seed: int = 0


class Texts(BaseModel):
    texts: tuple[str, ...]


class RowsToy:
    request, response = RowsRequest, Rows

    def predict(self, request: RowsRequest, /) -> Rows:
        seeds = tuple(request.seed + number for number in range(request.count))
        return Rows(rows=tuple(self._row(request.where, seed) for seed in seeds), seeds=seeds)

    def _row(self, where: Mapping[str, Any], seed: int) -> dict[str, Any]:
        row: dict[str, Any] = {"year": 2012.0, "price": 49.5, "usage": None}
        for column, known in CHOICES.items():
            asked = where.get(column, known)
            allowed = [value for value in ([asked] if isinstance(asked, str) else asked) if value in known]
            if not allowed:
                raise UsageError(f"{column} is never {asked}", expected=f"one of {', '.join(known)}")
            row[column] = allowed[derive_seed(seed, column) % len(allowed)]
        return row


class ShapesToy:
    """A shape in its colour. `bad` of 10 seeds give a grey background, which the check finds."""

    request, response = ShapeRequest, Shapes

    def __init__(self, bad: int = 0, kinds: int = 1000) -> None:
        self.bad, self.kinds, self.made = bad, kinds, 0

    def request_for(self, attributes: Mapping[str, str], seed: int, /) -> ShapeRequest:
        return ShapeRequest(colour=attributes["baseColour"], seed=seed)

    def predict(self, request: ShapeRequest, /) -> Shapes:
        self.made += 1
        numbers = np.random.default_rng(request.seed % self.kinds)
        shade = 180 if derive_seed(request.seed, "bad") % 10 < self.bad else 255
        pixels = np.full((32, 32, 3), shade, np.uint8)
        for left, top, wide, high in numbers.integers(2, 12, (4, 4)):
            pixels[top : top + high, left * 2 : left * 2 + wide] = COLOURS[request.colour]
        content = io.BytesIO()
        Image.fromarray(pixels).save(content, "PNG")
        return Shapes(pictures=(content.getvalue(),))

    def predict_together(self, requests: Sequence[ShapeRequest], /) -> Sequence[Shapes]:
        return [self.predict(request) for request in requests]

    def check(self, request: Any, response: Shapes, attributes: Mapping[str, str], /) -> Sequence[Sequence[Check]]:
        with Image.open(io.BytesIO(response.pictures[0])) as image:
            white = image.getpixel((0, 0)) == (255, 255, 255)
        return [[Check("white_background", white, f"The background is {'' if white else 'not '}white.", float(white))]]


class TextsToy:
    request, response = TextRequest, Texts

    def predict(self, request: TextRequest, /) -> Texts:
        known = request.attributes
        word = ("light", "soft", "sturdy")[request.seed % 3]
        return Texts(texts=(f"A {word} pair in {known['baseColour']} & white for {known['gender']}.\nFor every day.",))

    def check(self, request: Any, response: Texts, attributes: Mapping[str, str], /) -> Sequence[Sequence[Check]]:
        names = attributes["baseColour"] in response.texts[0]
        return [[Check("faithfulness", names, "It names the colour.", float(names), 1.0)]]


def settings(**fields: Any) -> ProductLine:
    names = {"attributes": "rows", "picture": "shapes", "description": "texts"}
    models = {gives: {"model": model} for gives, model in names.items()}
    given = {"line": "toys", "models": models, "where": {"articleType": "Casual Shoes"}, **fields}
    return ProductLine.model_validate(given)


def models(shapes: Any = None, texts: Any = None) -> Models:
    def model(gives: str, predictor: Any) -> LineModel:
        return LineModel(gives, predictor, {"model": gives, "version": "1", "weights": "abc"})

    return Models(
        model("attributes", RowsToy()),
        model("picture", shapes or ShapesToy()),
        model("description", texts or TextsToy()),
    )


def line(folder: Path, shapes: Any = None, **fields: Any) -> Line:
    return Line(settings(**fields), models(shapes), folder)


def silent(done: int, total: int) -> None:
    """Show no progress."""
