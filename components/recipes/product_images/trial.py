"""Product images: one evaluation's nouns: what it works with, and what it knows of each subject."""

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Tensor

from components.core.records import BASE, Checkpoint, Snapshot
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.prompt_plan import Plan
from components.recipes.product_images.scoring import Judges
from components.recipes.product_images.seeing import Seen
from components.recipes.product_images.subjects import Drawn


@dataclass(frozen=True)
class Trial:
    """What every subject of one evaluation is measured with."""

    config: ProductImagesConfig
    snapshot: Snapshot
    split: str
    plan: Plan
    judges: Judges


@dataclass(frozen=True)
class Subject:
    """The bare base (no checkpoint) or one checkpoint: its pictures, and what is known of each of them."""

    checkpoint: Checkpoint | None
    drawn: Drawn
    seen: Seen
    values: Mapping[str, Tensor]  # (N,) by score, NaN where the score says nothing about a picture

    @property
    def digest(self) -> str:
        return self.checkpoint.digest if self.checkpoint else BASE

    @property
    def step(self) -> int:
        return self.checkpoint.step if self.checkpoint else 0

    @property
    def name(self) -> str:
        return f"step-{self.step}" if self.checkpoint else BASE
