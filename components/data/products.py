"""Data: one product on its way to an example: the job, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from components.data.catalogue.schema import Refusal, Repair
from components.data.catalogue.style_files import Style


@dataclass(frozen=True, slots=True)
class Job:
    """One product: its picture and style file, and where its square picture of `size` pixels goes."""

    id: int
    picture: Path
    style: Path | None
    target: Path
    size: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """A product whose square picture is written. What the fields mean: `components.data.images.Picture`."""

    id: int
    content: str
    phash: str
    width: int
    height: int
    white_background: float
    repairs: Sequence[Repair]
    style: Style


@dataclass(frozen=True, slots=True)
class Failed:
    """A product whose picture cannot be used."""

    id: int
    reason: Refusal
    detail: str
