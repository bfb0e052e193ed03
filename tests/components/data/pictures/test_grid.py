"""Tests: a grid shows its pictures on white, each in its cell, with labels that fit."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import Tensor

from components.data.pictures.grid import differing_words, save_grid


def flat(side: int, *colours: tuple[int, int, int]) -> Tensor:
    return torch.tensor(colours, dtype=torch.uint8)[:, :, None, None].expand(-1, -1, side, side)


def count_colours(picture: Image.Image) -> dict[object, int]:
    return {colour: count for count, colour in picture.getcolors(1 << 20) or []}


RED, BLUE = (200, 20, 30), (20, 40, 200)


@pytest.mark.parametrize(("side", "shown"), [(32, 192), (64, 192), (512, 256)])
def test_small_pictures_are_enlarged_and_large_ones_reduced(tmp_path: Path, side: int, shown: int) -> None:
    save_grid([("base model", flat(side, RED, BLUE))], ["red shoes", "blue shoes"], tmp_path / "grid.png")
    with Image.open(tmp_path / "grid.png") as grid:
        found = count_colours(grid)
    assert found[RED] == found[BLUE] == shown**2


def test_rows_fit_their_pictures_and_the_margins_are_white(tmp_path: Path) -> None:
    label = "a long label that has to be broken into several lines because it would not fit into one of them " * 9
    rows = [(label, flat(64, RED, RED)), ("step 2", flat(64, BLUE, BLUE))]
    save_grid(rows, [label, "short"], tmp_path / "grid.png", scale=2)
    with Image.open(tmp_path / "grid.png") as grid:
        edges = [grid.crop(box) for box in ((0, 0, grid.width, 20), (0, 0, 20, grid.height))]
        edges += [
            grid.crop((grid.width - 20, 0, grid.width, grid.height)),
            grid.crop((0, grid.height - 20, *grid.size)),
        ]
        found = count_colours(grid)
    assert all(edge.getcolors() == [(edge.width * edge.height, (255, 255, 255))] for edge in edges)
    assert found[RED] == found[BLUE] == 2 * 128**2


def test_labels_have_only_the_words_that_differ() -> None:
    assert differing_words(["photo of red shoes , on white", "photo of blue boots , on white"]) == [
        "red shoes",
        "blue boots",
    ]
    assert differing_words(["the same", "the same"]) == ["the same", "the same"]
    assert differing_words(["shoes", "shoes in red"]) == ["shoes", "in red"]
    assert differing_words([]) == []
