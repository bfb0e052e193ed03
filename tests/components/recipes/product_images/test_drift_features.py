"""Tests: the columns of product pictures show what changed in them: colour, brightness, blur, price."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFilter

from components.core.records import Snapshot
from components.data.snapshots import picture_path
from components.drift.compare import compare_columns
from components.recipes.product_images.config import ProductImagesConfig
from components.recipes.product_images.drift_features import features
from components.recipes.product_images.example import ProductImage, identity
from tests.components.recipes.product_images.toy_model import make_config, product_image

Change = Callable[[Image.Image], Image.Image]
COUNT = 40


@pytest.fixture
def starter() -> ProductImagesConfig:
    config = make_config("starter")
    return config.model_copy(update={"evaluate": config.evaluate.model_copy(update={"image_text": "starter-vision"})})


def snapshot(folder: Path, change: Change = lambda picture: picture) -> Snapshot[ProductImage]:
    """Write pictures of dark squares on white, 64 px, each changed."""
    examples = [product_image(n, price=500.0 + n, baseColour="Black") for n in range(COUNT)]
    found = Snapshot(folder.name, folder, {"train": examples})
    for number, example in enumerate(examples):
        picture = Image.new("RGB", (64, 64), "white")
        ImageDraw.Draw(picture).rectangle((12 + number % 9, 20, 50, 44), fill=(number * 3, 20, 60))
        path = picture_path(found, "train", example)
        path.parent.mkdir(parents=True, exist_ok=True)
        change(picture).save(path)
    return found


def test_every_column_has_a_value_for_each_example(starter: ProductImagesConfig, tmp_path: Path) -> None:
    columns = features(starter, snapshot(tmp_path / "known"), "train", tmp_path / "cache")
    assert {*columns} == {
        *("colour", "gender", "season", "usage", "brand", "year", "price"),
        *("width", "height", "white_background", "brightness", "sharpness", "picture", "caption"),
    }
    assert {len(column) for column in columns.values()} == {COUNT}
    assert all(0.5 < value < 1 for value in columns["brightness"])
    assert features(starter, snapshot(tmp_path / "known"), "train", tmp_path / "cache") == columns


@pytest.mark.parametrize(
    ("column", "change"),
    [
        ("brightness", lambda picture: picture.point(lambda level: round(level * 0.7))),
        ("sharpness", lambda picture: picture.filter(ImageFilter.GaussianBlur(2))),
        ("picture", lambda picture: picture.rotate(90, fillcolor="grey")),
    ],
)
def test_darker_blurred_and_other_pictures_are_far_from_the_known_ones(
    starter: ProductImagesConfig, tmp_path: Path, column: str, change: Change
) -> None:
    known = features(starter, snapshot(tmp_path / "known"), "train", tmp_path / "cache")
    new = features(starter, snapshot(tmp_path / "new", change), "train", tmp_path / "cache")
    found = {drift.column: drift for drift in compare_columns(known, new, 0)}
    assert found[column].distance > 0.1
    assert found[column].p < 1e-4
    assert found["price"].p == found["colour"].p == 1.0


def test_snapshots_of_before_have_no_price_and_no_examples_have_every_column(
    starter: ProductImagesConfig, tmp_path: Path
) -> None:
    known = snapshot(tmp_path / "known")
    before = [{key: value for key, value in e.items() if key != "price"} for e in known.splits["train"]]
    old = features(starter, replace(known, splits={"train": before}), "train", tmp_path / "cache")
    assert "price" not in old
    none = features(starter, replace(known, splits={"train": []}), "train", tmp_path / "cache")
    assert none.keys() == old.keys() | {"price"}
    assert not any(none.values())


def test_an_example_is_another_one_if_its_product_its_picture_or_its_caption_is() -> None:
    known = product_image(1, baseColour="Black", brand="Puma")
    assert identity(product_image(1, baseColour="BLACK", brand=None, group="other", price=3.0)) == identity(known)
    for changed in ({"id": 2}, {"content": "f" * 64}, {"baseColour": "Red"}, {"season": "Fall"}):
        assert identity({**known, **changed}) != identity(known)  # type: ignore[typeddict-item]
