"""Tests: Inception-v3 has the published shapes, and its parts compute the published functions, with random weights."""

from hashlib import sha256
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchmetrics.image.kid import KernelInceptionDistance

from components.core.errors import BaseModelError
from components.metrics.kernel import kernel_distance
from components.recipes.product_images.score.extractors import ImageClassifier, in_batches, label
from components.recipes.product_images.score.inception import Inception, load_inception, resize_like_tensorflow
from components.recipes.product_images.score.inception_network import AVERAGE, CROSS, HALVE, Block, Layer, make_network
from components.recipes.product_images.score.weight_sources import INCEPTION, Published
from tests.components.recipes.product_images.random_networks import random_inception, some_pictures


@pytest.fixture(scope="module")
def network() -> nn.Sequential:
    return random_inception(side=139)


@pytest.fixture(scope="module")
def inception(network: nn.Sequential) -> Inception:
    return Inception(network, "random").eval()


def test_its_parameters_have_the_published_names_and_shapes() -> None:
    with torch.device("meta"):  # shapes without numbers
        state = make_network().state_dict()
    assert len(state) == 566  # entries of the published file
    assert sum(value.numel() for name, value in state.items() if name.endswith("conv.weight")) == 21_751_136
    expected = {
        "Conv2d_1a_3x3.conv.weight": (32, 3, 3, 3),
        "Conv2d_4a_3x3.bn.running_mean": (192,),
        "Mixed_5b.branch5x5_2.conv.weight": (64, 48, 5, 5),
        "Mixed_5d.branch_pool.conv.weight": (64, 288, 1, 1),
        "Mixed_6a.branch3x3.conv.weight": (384, 288, 3, 3),
        "Mixed_6c.branch7x7dbl_4.conv.weight": (160, 160, 7, 1),
        "Mixed_6e.branch7x7_2.bn.num_batches_tracked": (),
        "Mixed_7a.branch7x7x3_4.conv.weight": (192, 192, 3, 3),
        "Mixed_7b.branch3x3_2a.conv.weight": (384, 384, 1, 3),
        "Mixed_7c.branch3x3dbl_3b.conv.weight": (384, 384, 3, 1),
        "fc.weight": (1008, 2048),
    }
    assert {name: tuple(state[name].shape) for name in expected} == expected


def test_each_part_has_the_published_output_shape() -> None:
    shapes = {}
    with torch.device("meta"):
        network, values = make_network(), torch.zeros(1, 3, 299, 299)
    for name, part in network.eval().named_children():
        values = part(values)
        shapes[name] = tuple(values.shape[1:])
    assert shapes["halve_2"] == (192, 35, 35)
    assert [shapes[f"Mixed_5{letter}"] for letter in "bcd"] == [(256, 35, 35), (288, 35, 35), (288, 35, 35)]
    assert [shapes[f"Mixed_6{letter}"] for letter in "abcde"] == [(768, 17, 17)] * 5
    assert [shapes[f"Mixed_7{letter}"] for letter in "abc"] == [(1280, 8, 8), (2048, 8, 8), (2048, 8, 8)]


def convolved(block: Block, name: str, values: Tensor, padding: tuple[int, int], stride: int = 1) -> Tensor:
    """Convolution, normalisation and ReLU, written out."""
    state = block.state_dict(prefix="")
    weight, bias, mean, variance = (
        state[f"{name}.bn.{part}"].view(-1, 1, 1) for part in ("weight", "bias", "running_mean", "running_var")
    )
    values = F.conv2d(values, state[f"{name}.conv.weight"], stride=stride, padding=padding)
    return ((values - mean) / (variance + 0.001).sqrt() * weight + bias).clamp(min=0)


def test_a_block_concatenates_its_branches() -> None:
    layers = {"one": [Layer(2), Layer(3, CROSS)], "branch_pool": [Layer(4)]}
    block = Block(5, layers, AVERAGE).eval()
    values = torch.rand(2, 5, 6, 7, generator=torch.Generator().manual_seed(0))
    first = convolved(block, "one_1", values, (0, 0))
    counts = F.conv2d(torch.ones(1, 1, 6, 7), torch.ones(1, 1, 3, 3), padding=1)
    averages = F.conv2d(values, torch.ones(5, 1, 3, 3), padding=1, groups=5) / counts  # without the padding
    expected = [
        convolved(block, "one_2a", first, (0, 1)),
        convolved(block, "one_2b", first, (1, 0)),
        convolved(block, "branch_pool", averages, (0, 0)),
    ]
    assert block.width == 10
    assert torch.allclose(block(values), torch.cat(expected, 1), atol=1e-6)


def test_a_block_that_halves_the_picture_has_no_padding() -> None:
    block = Block(3, {"one": [Layer(2, ((3, 3),), 2)], "branch_pool": []}, HALVE).eval()
    values = torch.rand(1, 3, 7, 9, generator=torch.Generator().manual_seed(0))
    largest = values.unfold(2, 3, 2).unfold(3, 3, 2).amax((-1, -2))
    assert torch.allclose(block(values), torch.cat([convolved(block, "one", values, (0, 0), 2), largest], 1), atol=1e-6)


@pytest.mark.parametrize(("height", "width"), [(5, 7), (11, 11), (30, 23), (1, 2)])
def test_pictures_are_scaled_as_tensorflow_1_scales_them(height: int, width: int) -> None:
    pictures = torch.rand(2, 3, height, width, generator=torch.Generator().manual_seed(0)) * 255
    # Places of the source in -1..1 from its first pixel to its last, as torch's grid_sample expects them.
    y, x = (2 * (torch.arange(11) * n / 11).clamp(max=n - 1) / max(n - 1, 1) - 1 for n in (height, width))
    grid = torch.stack([x.expand(11, 11), y.view(-1, 1).expand(11, 11)], -1).expand(2, 11, 11, 2)
    expected = F.grid_sample(pictures, grid, padding_mode="border", align_corners=True)
    assert torch.allclose(resize_like_tensorflow(pictures, 11), expected, atol=1e-3)


@pytest.mark.filterwarnings("ignore:Metric `Kernel Inception Distance` will save all:UserWarning")
def test_torchmetrics_accepts_it_as_its_network(inception: Inception) -> None:
    drawn, real = some_pictures(2, 1, height=40, width=40), some_pictures(2, 2, grain=9, height=40, width=40)
    theirs = KernelInceptionDistance(feature=inception, subsets=1, subset_size=2)
    theirs.update(real, real=True)
    theirs.update(drawn, real=False)
    ours = kernel_distance(in_batches(inception, drawn, batch=1), in_batches(inception, real))
    assert ours == pytest.approx(float(theirs.compute()[0]), rel=1e-3)


def test_probabilities_leave_the_last_bias_out(inception: Inception) -> None:
    pictures = some_pictures(1, 1, height=40, width=50)
    assert isinstance(inception, ImageClassifier)
    features = in_batches(inception, pictures)
    probabilities = inception.probabilities(features)
    assert probabilities.sum(1).tolist() == pytest.approx([1], abs=1e-5)
    assert torch.allclose(probabilities, (inception.fc(features) - inception.fc.bias).softmax(1), atol=1e-5)


def test_it_is_loaded_from_the_pinned_file_whose_digest_is_in_its_label(network: nn.Sequential, tmp_path: Path) -> None:
    file = tmp_path / "checkpoints" / "random.pth"
    file.parent.mkdir()
    torch.save(network.state_dict(), file)
    weights = Published("inception-v3", (file.name,), sha256(file.read_bytes()).hexdigest(), "https://example.org")
    found = load_inception(weights, tmp_path)
    assert label(found) == f"inception-v3@{weights.digest}/bilinear-299-tf1/float32"
    pictures = some_pictures(1, 1)
    assert torch.equal(in_batches(found, pictures), in_batches(Inception(network, "random").eval(), pictures))


def test_another_file_than_the_published_one_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "checkpoints" / INCEPTION.files[0]
    file.parent.mkdir()
    torch.save({}, file)
    with pytest.raises(
        BaseModelError, match=r"has sha256 \w{12}..., expected 6726825d0af5...: it is not the published"
    ):
        load_inception(hub=tmp_path)
