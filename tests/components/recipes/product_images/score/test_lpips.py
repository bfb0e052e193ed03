"""Tests: LPIPS has the published shapes and formula; its linear layers are the real ones, its trunk is random."""

from hashlib import sha256
from pathlib import Path

import pytest
import torch
from torch import Tensor

from components.core.errors import BaseModelError, DataError
from components.recipes.product_images.score.extractors import label
from components.recipes.product_images.score.lpips import LAYERS, Lpips, linear_layers, load_lpips
from components.recipes.product_images.score.weight_files import read_published
from components.recipes.product_images.score.weight_sources import Published
from tests.components.recipes.product_images.random_networks import random_lpips, random_trunk, some_pictures


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tensor]:
    return read_published(linear_layers(), tmp_path_factory.mktemp("hub"))


@pytest.fixture(scope="module")
def lpips(lines: dict[str, Tensor]) -> Lpips:
    return random_lpips(lines)


def test_its_parameters_have_the_published_names_and_shapes(lines: dict[str, Tensor]) -> None:
    assert {name: tuple(line.shape) for name, line in lines.items()} == {
        f"lin{i}.model.1.weight": (1, width, 1, 1) for i, width in enumerate(LAYERS.values())
    }
    state = random_trunk().state_dict()
    assert sum(value.numel() for value in state.values()) == 722_496  # of 1,235,496 of the whole SqueezeNet 1.1
    assert state["3.squeeze.weight"].shape == (16, 64, 1, 1)
    assert state["12.expand3x3.bias"].shape == (256,)


def test_distances_follow_the_published_formula(lpips: Lpips, lines: dict[str, Tensor]) -> None:
    a, b = some_pictures(2, 1, height=48, width=40), some_pictures(2, 2, height=48, width=40)
    mean, deviation = torch.tensor([-0.030, -0.088, -0.188]), torch.tensor([0.458, 0.448, 0.450])
    expected = torch.zeros(2)
    for layer, width in LAYERS.items():
        until = lpips.trunk[: layer + 1]
        extracted = [until(((p / 127.5 - 1).movedim(1, -1) - mean).div(deviation).movedim(-1, 1)) for p in (a, b)]
        one, other = (values / values.square().sum(1, keepdim=True).sqrt() for values in extracted)
        line = lines[f"lin{list(LAYERS).index(layer)}.model.1.weight"].flatten()
        assert one.shape[1] == width
        expected += torch.einsum("nchw,c->nhw", (one - other) ** 2, line).flatten(1).mean(1)
    assert torch.allclose(lpips.distances(a, b), expected, rtol=1e-4)


def test_the_distance_of_a_picture_to_itself_is_0_and_distances_are_symmetric(lpips: Lpips) -> None:
    a, b = some_pictures(5, 1), some_pictures(5, 2)
    assert lpips.distances(a, a).tolist() == [0] * 5
    assert (lpips.distances(a, b) > 0).all()
    assert torch.allclose(lpips.distances(a, b), lpips.distances(b, a, batch=2), rtol=1e-4)


def test_pictures_of_different_shapes_are_refused(lpips: Lpips) -> None:
    with pytest.raises(DataError, match=r"shapes \(3, 3, 64, 64\) and \(1, 3, 64, 64\) cannot be compared in pairs"):
        lpips.distances(some_pictures(3, 1), some_pictures(1, 2))


def test_it_is_loaded_from_the_whole_published_network(lpips: Lpips, tmp_path: Path) -> None:
    file = tmp_path / "checkpoints" / "random.pth"
    file.parent.mkdir()
    state = {f"features.{name}": value for name, value in random_trunk().state_dict().items()}
    torch.save({**state, "classifier.1.weight": torch.zeros(4, 512, 1, 1)}, file)
    trunk = Published("SqueezeNet 1.1", (file.name,), sha256(file.read_bytes()).hexdigest(), "https://example.org")
    found = load_lpips(trunk, tmp_path)
    assert torch.equal(*(each.distances(some_pictures(2, 1), some_pictures(2, 2)) for each in (found, lpips)))
    assert label(found) == f"lpips-squeeze@{found.digest}/none/float32"


def test_a_missing_trunk_is_an_error_that_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(
        BaseModelError, match=r"The weights of SqueezeNet 1.1 are not on this machine, .*squeezenet1_1-b8a52dc0"
    ):
        load_lpips(hub=tmp_path)
