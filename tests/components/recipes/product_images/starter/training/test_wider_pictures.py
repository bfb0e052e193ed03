"""Tests: drawn pictures in other poses, colours and textures keep what their captions name."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from components.data.drawn_catalogue.drawing.articles import ARTICLES
from components.data.drawn_catalogue.drawing.picture import Scene, draw_picture
from components.recipes.product_images.starter.training.wider_pictures import (
    dead_leaves,
    dyed,
    foreground,
    photographed,
    posed,
    shaded,
    widened,
)


def drawn(article: str, colour: str, count: int = 1) -> Tensor:
    """Return pictures (count, 3, 64, 64 in -1..1) of seed 3."""
    picture = np.asarray(draw_picture(article, colour, 3, Scene((64, 64))))
    one = torch.from_numpy(picture.copy()).permute(2, 0, 1).float() / 127.5 - 1.0
    return one.repeat(count, 1, 1, 1)


def numbers(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("article", ARTICLES)
def test_a_white_product_is_told_from_its_white_background(article: str) -> None:
    product = drawn(article, "Black").amax(1, keepdim=True) < -0.2
    found = foreground(drawn(article, "White"))
    assert found[product].mean() > 0.97
    assert found.mean() < 0.8


def test_other_dyes_leave_white_white_and_change_the_product() -> None:
    before = drawn("Boots", "Red", 8)
    after = dyed(before, numbers())
    assert (after - before)[:, :, :3].abs().max() < 0.05
    assert ((after - before).abs().amax((1, 2, 3)) > 0.2).all()


def test_shades_keep_the_order_of_the_channels() -> None:
    after = shaded(drawn("Tshirts", "Blue", 8), numbers())[:, :, 24:40, 24:40].mean((2, 3))
    assert (after[:, 2] > after[:, 1]).all()
    assert (after[:, 1] > after[:, 0]).all()


def test_a_pose_moves_the_product_and_leaves_the_corners_to_the_background() -> None:
    before = drawn("Handbags", "Green", 8)
    after = posed(before, numbers())
    assert (after[:, :, 0, 0] - before[:, :, 0, 0]).abs().max() < 0.02
    assert not torch.allclose(after[0], after[1], atol=0.1)


@pytest.mark.parametrize("change", [widened, photographed])
def test_the_same_seed_changes_a_batch_in_the_same_way(change: Callable[..., Tensor]) -> None:
    textures, before = dead_leaves(4, 64, 1), drawn("Heels", "Beige", 6)
    first, again, other = (change(before, textures, numbers(seed)) for seed in (1, 1, 2))
    assert first.equal(again)
    assert not first.equal(other)
    assert first.abs().max() <= 1.0 + 1e-5
