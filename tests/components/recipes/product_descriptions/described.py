"""Tests: descriptions of invented products, as JSON lines and as examples."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.core.records import Snapshot
from components.recipes.product_descriptions.example import Descriptions, ProductDescription

COLOURS = ("Red", "Blue", "Green", "Black")
ARTICLES = ("Shirts", "Handbags", "Sweaters")
GENDERS = ("Men", "Women")
BRANDS = ("Alder", "Corvane", "Dunmoor", "Fjordby", "Galenta")
PLAN = [(c, a, g, b) for b in BRANDS for c in COLOURS for a in ARTICLES for g in GENDERS]
SPLITS = ("train", "train", "train", "validation", "test")  # by brand


def attributes_of(number: int) -> dict[str, str]:
    return dict(zip(("baseColour", "articleType", "gender", "brand"), PLAN[number % len(PLAN)], strict=True))


def text_of(number: int) -> str:
    """Return a text that states all four attributes of a product."""
    found = attributes_of(number)
    article, who = found["articleType"].lower().rstrip("s"), found["gender"].lower()
    mood = ("made for long days", "cut by hand", "light as air", "calm in every light")[number % 4]
    return (
        f"This {found['baseColour'].lower()} {article} by {found['brand']} is {mood}, number {number}. "
        f"It was made for {who} who like durable things. It is easy to clean."
    )


def examples(count: int = len(PLAN)) -> list[ProductDescription]:
    return [ProductDescription(id=n, attributes=attributes_of(n), text=text_of(n), group=f"g{n}") for n in range(count)]


def snapshot(folder: Path) -> Descriptions:
    splits: dict[str, list[ProductDescription]] = {"train": [], "validation": [], "test": []}
    for example in examples():
        splits[SPLITS[BRANDS.index(example["attributes"]["brand"])]].append(example)
    return Snapshot("abcdef123456", folder, splits)


def json_line(number: int, **other: Any) -> str:
    fields = {"id": number, "description": f"<p>{text_of(number)}</p>", **attributes_of(number), **other}
    return json.dumps(fields)


def written(folder: Path, lines: Sequence[str]) -> Path:
    path = folder / "products.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def kaggle_folder(folder: Path) -> Path:
    """Write a catalogue in the Kaggle layout: 40 casual shoes, and one whose style file is missing."""
    (folder / "images").mkdir(parents=True)
    (folder / "styles").mkdir()
    columns = "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName"
    same = "Footwear,Shoes,Casual Shoes"
    lines = [f"{1000 + n},{GENDERS[n % 2]},{same},{COLOURS[n % 4]},Fall,2012,Casual,Alder {n}" for n in range(41)]
    (folder / "styles.csv").write_text("\n".join([columns, *lines]), encoding="utf-8")
    for n in range(40):
        description = {"description": {"value": f"<p>A plain text of number {n}</p>"}}
        data = {"id": 1000 + n, "brandName": "Alder", "productDescriptors": description}
        (folder / "styles" / f"{1000 + n}.json").write_text(json.dumps({"data": data}), encoding="utf-8")
    return folder
