"""Tests: a catalogue turned into a snapshot of product images, 32 px."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components.core.config import parse_config
from components.core.records import Ingestion, Snapshot
from components.data.snapshots import build_snapshot
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.examples import make_examples, open_source

TEMPLATE = (
    "A professional product photo of {colour} {article} , {season} collection , {gender} , {brand} brand , "
    "centered on white background"
)


@dataclass
class Progress:
    """A RunLog that keeps the progress."""

    seen: list[tuple[str, int, int]] = field(default_factory=list)

    def metrics(self, values: Mapping[str, float], step: int) -> None: ...

    def progress(self, what: str, done: int, total: int) -> None:
        self.seen.append((what, done, total))


def config_of(catalogue: str = "drawn", smallest: int = 1, **data: object) -> ProductImagesConfig:
    fields = {
        "model": "toy",
        "recipe": "product-images",
        "about": "A toy.",
        "data": {
            "catalogue": catalogue,
            "where": {"articleType": ["Casual Shoes"]},
            "size": 32,
            "caption": TEMPLATE,
            "smallest_split": smallest,
            **data,
        },
        "base": {"model": "starter"},
        "train": {
            "steps": 2,
            "checkpoint_every": 1,
            "batch": 1,
            "learning_rate": 0.1,
            "warmup": 0,
            "validation_prompts": ["x"],
        },
        "evaluate": {"extractor": "x", "image_text": "x", "pictures": 2},
        "promote": {"primary": "kid"},
    }
    config = parse_config(ProductImagesConfig, fields, "toy.yaml")
    assert isinstance(config, ProductImagesConfig)
    return config


def ingest(config: ProductImagesConfig, catalogue: Path, home: Path) -> tuple[Snapshot, Ingestion]:
    (home / "report").mkdir(parents=True, exist_ok=True)
    source = open_source(config, catalogue, home / "cache", Progress())
    return build_snapshot(
        home / "snapshots",
        {"source": source.fingerprint},
        lambda previous, folder: make_examples(config, source, previous, folder, home / "report", Progress()),
    )


def ids_of(snapshot: Snapshot) -> dict[int, str]:
    return {example["id"]: split for split, part in snapshot.splits.items() for example in part}
