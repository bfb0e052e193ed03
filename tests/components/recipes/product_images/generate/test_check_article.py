"""Tests: the starter's judge tells article types apart, by captions, although it was fitted to none here."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageOps
from torch import Tensor

from components.data.drawn_catalogue.drawing.picture import draw_picture
from components.recipes.product_images.captions import caption_of
from components.recipes.product_images.generate.check_article import (
    OTHER_TYPES,
    ArticleByCaption,
    captions,
    right_by_caption,
)
from components.recipes.product_images.starter.vision import StarterVision, load_vision

TEMPLATE = "A professional product photo of {colour} {article} , {season} collection , on white background"
WANTED = {"articleType": "Casual Shoes", "baseColour": "Red", "season": "Summer"}
PROMPT = caption_of(TEMPLATE, WANTED, "")


@pytest.fixture(scope="module")
def vision() -> StarterVision:
    return load_vision()


def embedding(vision: StarterVision, article: str, seed: int = 5) -> Tensor:
    picture = ImageOps.pad(draw_picture(article, "Red", seed), (64, 64), Image.Resampling.BOX, "white")
    pixels = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None]
    return vision.image_embeddings(pixels)[0]


@pytest.mark.parametrize("article", ["Casual Shoes", "Boots", "Sports Shoes", "Shirts"])
def test_only_the_wanted_type_passes(vision: StarterVision, article: str) -> None:
    check = ArticleByCaption(TEMPLATE, vision, 1.0, 128).check(embedding(vision, article), PROMPT, WANTED)
    assert check.passed == (article == "Casual Shoes") == ((check.value or 0) > 0)
    assert "With Casual Shoes its caption fits it by" in check.sentence
    assert check.passed or f"with {article} by" in check.sentence


def test_the_captions_differ_in_the_type_alone() -> None:
    found = captions(TEMPLATE, PROMPT, {**WANTED, "articleType": "casual shoes"})
    assert found.pop("casual shoes") == PROMPT
    assert list(found) == [name for name in OTHER_TYPES if name != "Casual Shoes"]
    assert found["Boots"] == PROMPT.replace("casual shoes", "boots")


def test_it_is_tested_on_real_pictures_and_one_without_a_type_counts_nowhere(vision: StarterVision) -> None:
    known = {**dict.fromkeys(("gender", "usage", "year", "productDisplayName", "brand")), **WANTED, "caption": PROMPT}
    examples = [known, known, {**known, "articleType": None}]
    embeddings = torch.stack([embedding(vision, article) for article in ("Casual Shoes", "Boots", "Boots")])
    found = right_by_caption(TEMPLATE, vision, examples, embeddings)  # type: ignore[arg-type]
    assert found.nan_to_num(-1).tolist() == [1.0, 0.0, -1.0]
