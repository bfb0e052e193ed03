"""Tests: a tiny language model as a base, a snapshot of written descriptions, and a training of both."""

import random
from collections.abc import Callable, Mapping
from pathlib import Path

from components.core.records import Checkpoint, Snapshot
from components.recipes.product_descriptions.config import ProductDescriptionsConfig
from components.recipes.product_descriptions.example import Descriptions, ProductDescription
from components.recipes.product_descriptions.starter.write import write_description
from components.recipes.product_descriptions.train.train import train
from tests.components.recipes.product_descriptions.settings import config

PRODUCT = {"brand": "Alder", "articleType": "Casual Shoes", "baseColour": "Red", "gender": "Men"}


class ToyLog:
    """Keeps what it is told; `on_step` may raise, as an interruption does."""

    def __init__(self, on_step: Callable[[int], None] | None = None) -> None:
        self.values: dict[int, dict[str, float]] = {}
        self.on_step = on_step

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        self.values.setdefault(step, {}).update(values)
        if self.on_step and "loss" in values:
            self.on_step(step)

    def progress(self, what: str, done: int, total: int) -> None:
        """Show nothing."""


def toy_config(base: Path, *assignments: str) -> ProductDescriptionsConfig:
    fixed = (
        f"base.model={base}",
        "train.learning_rate=0.05",
        "train.longest=160",
        "train.lora.rank=4",
        "generation.longest=12",
        "generation.batch=4",
    )
    return config(*fixed, *assignments)


def toy_snapshot(train: int = 12, validation: int = 4) -> Descriptions:
    numbers = random.Random(0)
    examples: list[ProductDescription] = []
    for number in range(train + validation):
        attributes = {
            **PRODUCT,
            "baseColour": numbers.choice(["Red", "Blue"]),
            "brand": numbers.choice(["Alder", "Vale"]),
        }
        text = write_description(attributes, number)
        examples.append({"id": number, "attributes": attributes, "text": text, "group": str(number)})
    return Snapshot("5na95h07", Path(), {"train": examples[:train], "validation": examples[train:], "test": []})


def toy_checkpoint(base: Path, folder: Path, *assignments: str) -> Checkpoint:
    """Return the last checkpoint of a short training."""
    folder.mkdir(parents=True, exist_ok=True)
    return train(toy_config(base, *assignments), toy_snapshot(), folder, ToyLog())[-1]
