"""Tests: approved products become training examples, and captions of rejected ones leave training; the rest is real."""

from pathlib import Path

from components.core.curated import CuratedProduct
from components.recipes.product_images.config import DataSettings
from components.recipes.product_images.curated import curate
from tests.components.products.toys import ShapeRequest, ShapesToy

DATA = DataSettings(catalogue="drawn", where={}, size=32, caption="Photo of {colour} {article}")


def product(folder: Path, name: str, colour: str, approved: bool) -> CuratedProduct:
    place = folder / name
    place.mkdir()
    (place / "picture.png").write_bytes(ShapesToy().predict(ShapeRequest(colour=colour, seed=1)).pictures[0])
    attributes = {"baseColour": colour, "articleType": "Casual Shoes", "year": "2012"}
    return CuratedProduct(name, approved, attributes, f"{colour} Shoes", "A text.", place)


def test_people_change_the_training_examples_alone(tmp_path: Path) -> None:
    splits = {
        split: [{"caption": f"Photo of {colour} casual shoes"} for colour in ("red", "blue")]
        for split in ("train", "validation", "test")
    }
    (tmp_path / "out").mkdir()
    made = [product(tmp_path, "00000000000a", "Green", True), product(tmp_path, "00000000000b", "Red", False)]
    found = curate(splits, made, DATA, tmp_path / "out")  # type: ignore[arg-type]
    assert [example["caption"] for example in found.splits["train"]] == [
        "Photo of blue casual shoes",
        "Photo of green casual shoes",
    ]
    added = found.splits["train"][1]
    assert (added["id"], added["year"], added["width"]) == (10, 2012, 32)
    assert (tmp_path / "out" / added["file_name"]).is_file()
    assert (found.splits["validation"], found.splits["test"]) == (splits["validation"], splits["test"])
    assert found.notes == {"approved-products-added": 1, "rejected-captions-left-out": 1}


def test_without_decisions_nothing_changes(tmp_path: Path) -> None:
    splits = {"train": [{"caption": "a"}], "validation": [], "test": []}
    found = curate(splits, (), DATA, tmp_path)  # type: ignore[arg-type]
    assert (found.splits, found.notes) == (splits, {})
