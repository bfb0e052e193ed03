"""Core: products that a model made and people decided about, as the ingest of a model gets them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CuratedProduct:
    """A generated product. `folder` has its files; `attributes` are by column of the catalogue."""

    id: str
    approved: bool  # otherwise it was rejected
    attributes: Mapping[str, str]
    name: str
    description: str  # as people left it
    folder: Path
