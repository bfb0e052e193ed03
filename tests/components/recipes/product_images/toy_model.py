"""Tests: a config and a snapshot of coloured squares for the toy base, and its training in a process of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from components.core.records import Snapshot
from components.data.snapshots import picture_path
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.example import ProductImage
from components.recipes.product_images.train.train import train

COLOURS = ("red", "green", "blue")
TRAIN: Mapping[str, Any] = {
    "steps": 12,
    "checkpoint_every": 4,
    "batch": 4,
    "learning_rate": 0.01,
    "warmup": 2,
    "lora": {"rank": 2, "alpha": 6},
    "validation_prompts": ["red shoes", "blue shoes"],
}


def make_config(base: Path | str, **train_settings: Any) -> ProductImagesConfig:
    return ProductImagesConfig.model_validate(
        {
            "model": "toy",
            "recipe": "product-images",
            "about": "Coloured squares.",
            "data": {
                "catalogue": "none",
                "where": {"articleType": ["Casual Shoes"]},
                "size": 32,
                "caption": "{colour}",
            },
            "base": {"model": str(base)},
            "train": {**TRAIN, **train_settings},
            "sampling": {"steps": 2, "guidance": 2.0},
            "evaluate": {"extractor": "none", "image_text": "none", "pictures": 2},
            "promote": {"primary": "kid"},
        }
    )


def product_image(number: int = 0, **known: Any) -> ProductImage:
    """Return an example of which only the caption, the gender and the type are known, unless the call says more."""
    example = ProductImage(
        file_name=f"{number}.png",
        id=number,
        caption="red shoes",
        gender="Men",
        masterCategory=None,
        subCategory=None,
        articleType="Shoes",
        baseColour=None,
        season=None,
        year=None,
        usage=None,
        productDisplayName=None,
        brand=None,
        description=None,
        width=32,
        height=32,
        white_background=1.0,
        content=f"{number:064d}",
        phash="0" * 64,
        group=f"{number:012d}",
    )
    return {**example, **known}  # type: ignore[typeddict-item]


def make_snapshot(folder: Path, pictures: int = 10) -> Snapshot[ProductImage]:
    examples = [product_image(n, caption=f"{COLOURS[n % 3]} shoes") for n in range(pictures)]
    snapshot = Snapshot("0123456789ab", folder, {"train": examples})
    for number, example in enumerate(examples):
        path = picture_path(snapshot, "train", example)
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (32, 32), COLOURS[number % 3]).save(path)
    return snapshot


@dataclass
class ListLog:
    """A RunLog that keeps what is logged, and sends progress to a connection if there is one."""

    logged: list[tuple[int, Mapping[str, float]]] = field(default_factory=list)
    done: list[tuple[str, int, int]] = field(default_factory=list)
    to: Connection | None = None

    def metrics(self, values: Mapping[str, float], step: int) -> None:
        self.logged.append((step, values))

    def progress(self, what: str, done: int, total: int) -> None:
        self.done.append((what, done, total))
        if self.to:
            self.to.send((what, done, total))


def train_and_report(config: ProductImagesConfig, snapshot: Snapshot, folder: Path, to: Connection) -> None:
    """Train in a child process of a test."""
    torch.set_num_threads(1)
    train(config, snapshot, folder, ListLog(to=to))
    to.send(None)
