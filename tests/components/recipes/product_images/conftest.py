"""Tests: the project's own catalogue, ingested once for all tests that look at what became of it."""

from pathlib import Path

import pytest

from components.core.records import Ingestion, Snapshot
from components.data.drawn_catalogue.draw import draw_some
from components.data.drawn_catalogue.planted import PLANTED, UNSEEN_IDS, original_of
from tests.components.recipes.product_images.ingesting import config_of, ingest

DRAWN = (
    "truncated",
    "zero_byte",
    "not_an_image",
    "huge_claim",
    "cmyk",
    "png_16_bit",
    "palette",
    "exif_rotated",
    "same_picture",
    "near_same_picture",
    "same_picture_other_article",
    "grey_background",
    "season_blank",
    "double_escaped",
)


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own catalogue, with the pictures of every planted defect and of some sound products."""
    folder = tmp_path_factory.mktemp("drawn") / "catalogue"
    odd = {product for name in DRAWN for product in PLANTED[name] if product in UNSEEN_IDS}
    others = set(PLANTED["same_picture_other_article"])
    draw_some(folder, 7, {*odd, *others, *(original_of(product) for product in odd | others), *UNSEEN_IDS[:40]})
    return folder


@pytest.fixture(scope="session")
def ingested(drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, Ingestion, Path]:
    home = tmp_path_factory.mktemp("home")
    return *ingest(config_of(), drawn, home), home / "report"
