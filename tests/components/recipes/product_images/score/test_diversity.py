"""Tests: the diversity of pictures by LPIPS on a network of random weights."""

from pathlib import Path

import pytest
import torch
from PIL import Image

from components.core.records import Snapshot
from components.recipes.product_images.score.lpips import Lpips, linear_layers, real_diversity, score_diversity
from components.recipes.product_images.score.weight_files import read_published
from tests.components.recipes.product_images.random_networks import random_lpips, some_pictures
from tests.components.recipes.product_images.toy_model import product_image


@pytest.fixture(scope="module")
def lpips(tmp_path_factory: pytest.TempPathFactory) -> Lpips:
    return random_lpips(read_published(linear_layers(), tmp_path_factory.mktemp("hub")))


def test_equal_pictures_have_no_diversity(lpips: Lpips) -> None:
    same = some_pictures(1, seed=0).expand(8, -1, -1, -1)
    score = score_diversity(same, torch.arange(8), lpips, floor=0.3, seed=1)
    assert (score.value, score.n, score.floor, score.honest) == (0, 8, 0.3, False)
    assert score.extractor.startswith("lpips-squeeze@random/")


def test_different_pictures_have_a_positive_diversity(lpips: Lpips) -> None:
    score = score_diversity(some_pictures(40, seed=0), torch.arange(40), lpips, floor=0.3, seed=1)
    assert 0 < score.low < score.value < score.high
    assert score.honest


def test_the_diversity_of_real_pictures_is_measured_once(lpips: Lpips, tmp_path: Path) -> None:
    examples = [product_image(n, caption=str(n)) for n in range(4)]
    snapshot = Snapshot("5eed", tmp_path, {"validation": examples})
    (tmp_path / "validation").mkdir()
    for n, picture in enumerate(some_pictures(4, seed=3)):
        Image.fromarray(picture.permute(1, 2, 0).numpy()).save(tmp_path / "validation" / f"{n}.png")
    found = real_diversity(snapshot, "validation", torch.arange(4), lpips, tmp_path / "cache")
    (tmp_path / "validation" / "0.png").unlink()
    assert found > 0
    assert real_diversity(snapshot, "validation", torch.arange(4), lpips, tmp_path / "cache") == found
