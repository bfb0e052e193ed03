"""Tests: a config of a small model, and rows in which columns depend on each other."""

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from components.core.config import parse_config
from components.core.records import Snapshot
from components.recipes.product_attributes import RECIPE
from components.recipes.product_attributes.config import ProductAttributesConfig

TYPES = {
    "Shoes": ("Footwear", ("Red", "Black")),
    "Sandals": ("Footwear", ("Brown",)),
    "Shirts": ("Apparel", ("Blue", "Red")),
}
DATA: Mapping[str, Any] = {
    "catalogue": "drawn",
    "categories": ["masterCategory", "articleType", "baseColour", "season"],
    "numbers": {"price": {"decimals": 0}},
    "hierarchies": [["masterCategory", "articleType"]],
    "required": ["articleType"],
    "constraints": [{"when": {"articleType": "Sandals"}, "never": {"season": "Winter"}}],
}


class Log:
    def metrics(self, values: Mapping[str, float], step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None: ...


def config_of(
    candidates: Sequence[str] = ("independent", "chow-liu-tree", "chain"), **data: Any
) -> ProductAttributesConfig:
    network = {"width": 16, "epochs": 2, "batch": 32}
    fields: dict[str, Any] = {
        "model": "small",
        "recipe": "product-attributes",
        "about": "A small model.",
        "data": {**DATA, **data},
        "train": {"candidates": list(candidates), "autoregressive": network, "vae": {**network, "latent": 4}},
        "evaluate": {"rows": 600, "folds": 2, "slices": ["articleType"]},
        "promote": {"primary": ["c2st", "pair_dependence"], "at_least": {"validity": 1.0}},
    }
    config = parse_config(RECIPE.config, fields, "small.yaml", RECIPE.metrics)
    assert isinstance(config, ProductAttributesConfig)
    return config


def rows(count: int, seed: int = 1) -> list[dict[str, Any]]:
    numbers = random.Random(seed)
    found = []
    for _ in range(count):
        kind = numbers.choices(list(TYPES), (5, 2, 3))[0]
        category, colours = TYPES[kind]
        season = numbers.choice(["Summer", "Winter"] if kind != "Sandals" else ["Summer"])
        price = numbers.choice([499, 999, 1499]) if numbers.random() < 0.9 else None
        colour = numbers.choice(colours)
        found.append(
            {"masterCategory": category, "articleType": kind, "baseColour": colour, "season": season, "price": price}
        )
    return found


def snapshot(folder: Path, count: int = 600) -> Snapshot[Any]:
    sizes = {"train": count, "validation": 1000, "test": 240}
    splits = {
        split: [{"key": f"{split}-{n}", "values": row} for n, row in enumerate(rows(size, seed))]
        for seed, (split, size) in enumerate(sizes.items())
    }
    return Snapshot("s1", folder, splits)
