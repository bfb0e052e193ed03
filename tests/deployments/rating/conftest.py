"""Tests: pictures as `evaluate` writes them, each of one colour; their metadata names the subject."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from components.recipes.product_images.rated import RATED
from deployments.rating.app import create_app
from deployments.rating.exhibition import ItemSet, choose_items, read_index

MODEL, SNAPSHOT = "starter", "s1"
STEPS = {"real": None, "base": 0, "c0ffee123456": 31007, "deadbeef9876": 62014}
SIZES = {"real": 40, "base": 32, "c0ffee123456": 32, "deadbeef9876": 32}
COUNTS = {"real": 7, "base": 6, "c0ffee123456": 6, "deadbeef9876": 6}


def paint(path: Path, size: int, colour: tuple[int, int, int]) -> None:
    notes = PngInfo()
    notes.add_text("subject", path.parent.name)
    profile = path.parent.name.encode()  # Pillow would copy it with the pixels
    Image.new("RGB", (size, size), colour).save(path, pnginfo=notes, dpi=(300, 300), icc_profile=profile)


@pytest.fixture
def reports(bare_home: Path) -> Path:
    folder = bare_home / "reports" / MODEL / "pictures"
    subjects = {}
    for place, (digest, step) in enumerate(STEPS.items()):
        (folder / digest).mkdir(parents=True)
        for number in range(COUNTS[digest]):
            paint(folder / digest / f"{number:03d}.png", SIZES[digest], (60 * place, 30 * number, 100))
        files = [{"file": f"{n:03d}.png", "prompt": f"prompt {n}", "seed": n} for n in range(COUNTS[digest])]
        subjects[digest] = {"step": step, "files": files}
    (folder / "index.json").write_text(json.dumps({"model": MODEL, "snapshot": SNAPSHOT, "subjects": subjects}))
    return bare_home / "reports"


@pytest.fixture
def picture_set(reports: Path) -> ItemSet:
    return choose_items(reports, RATED, "casual shoes", read_index(reports, MODEL, RATED), 4)


@pytest.fixture
def page(picture_set: ItemSet) -> TestClient:
    return TestClient(create_app(picture_set), base_url="http://127.0.0.1:5100")
