"""Tests: the starter's vision model matches pictures with their captions."""

import shutil
from pathlib import Path

import pytest
import torch

from components.data.drawn_catalogue.drawing.articles import ARTICLES
from components.recipes.product_images.starter import VISION_FOLDER
from components.recipes.product_images.starter.training.pictures import DrawnSet, draw_set
from components.recipes.product_images.starter.vision import StarterVision, load_vision


@pytest.fixture(scope="module")
def vision() -> StarterVision:
    return load_vision()


@pytest.fixture(scope="module")
def drawn() -> DrawnSet:
    return draw_set(list(ARTICLES), each=1, seed=77, workers=1)


def test_a_picture_has_the_largest_cosine_with_its_own_caption(vision: StarterVision, drawn: DrawnSet) -> None:
    pairs = zip(drawn.articles, drawn.colours, strict=True)
    texts = vision.text_embeddings([f"a photo of {c.lower()} {a.lower()}" for a, c in pairs])
    cosines = vision.image_embeddings(drawn.pictures) @ texts.T
    assert (cosines.argmax(1) == torch.arange(len(drawn))).float().mean() > 0.95
    assert cosines.diag().mean() > 0.7
    assert cosines.mean() < 0.3


def test_a_wrong_colour_and_a_wrong_article_score_lower(vision: StarterVision, drawn: DrawnSet) -> None:
    place = [*zip(drawn.articles, drawn.colours, strict=True)].index(("Casual Shoes", "Red"))
    texts = vision.text_embeddings(["red casual shoes", "blue casual shoes", "red heels", "blue heels"])
    right, colour, article, both = (vision.image_embeddings(drawn.pictures[place : place + 1]) @ texts.T)[0]
    assert right > max(colour, article) + 0.2
    assert min(colour, article) > both


def test_features_have_their_width_and_change_with_blur(vision: StarterVision, drawn: DrawnSet) -> None:
    features = vision(drawn.pictures)
    assert features.shape == (len(drawn), vision.num_features)
    assert features.dtype == torch.float32
    blurred = torch.nn.functional.avg_pool2d(drawn.pictures.float(), 5, stride=1, padding=2).to(torch.uint8)
    spread = (features - features.mean(0)).norm(dim=1).mean()
    assert (vision(blurred) - features).norm(dim=1).mean() > 0.25 * spread


def test_pictures_of_any_size_and_texts_of_any_length_are_accepted(vision: StarterVision) -> None:
    assert vision(torch.zeros(2, 3, 90, 120, dtype=torch.uint8)).shape == (2, 64)
    long = vision.text_embeddings(["red boots " * 100, "x"])
    assert torch.allclose(long.norm(dim=1), torch.ones(2), atol=1e-5)
    ids, present = vision.ids(["red boots " * 100, "red"])
    assert ids.shape == (2, 77)
    assert ids[0, -1] == ids[1, present[1].sum() - 1]  # the end token


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_the_digest_changes_with_every_file_that_scores_rest_on(
    name: str, vision: StarterVision, tmp_path: Path
) -> None:
    folder = shutil.copytree(VISION_FOLDER, tmp_path / "vision")
    assert load_vision(folder).digest == vision.digest
    content = bytearray((folder / name).read_bytes())
    if name == "model.safetensors":
        content[-1] ^= 1
    (folder / name).write_bytes(content + (b"" if name == "model.safetensors" else b"\n"))
    assert load_vision(folder).digest != vision.digest


def test_missing_weights_are_named_with_the_command_that_makes_them(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="python -m components"):
        load_vision(tmp_path)
