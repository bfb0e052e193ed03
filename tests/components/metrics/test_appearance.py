"""Tests: properties of product photographs are measured on their pixels."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from scipy.ndimage import laplace
from torch import Tensor

from components.data.pictures import read
from components.metrics.appearance import WHITE, blank, brightness, centred, sharpness, white_background


def product(left: int, top: int, background: int = 255, size: int = 64) -> Tensor:
    picture = torch.full((1, 3, size, size), background, dtype=torch.uint8)
    picture[:, :, top : top + 16, left : left + 24] = torch.tensor([40, 90, 160], dtype=torch.uint8)[:, None, None]
    return picture


def noise(seed: int, n: int = 4, size: int = 32) -> Tensor:
    return torch.randint(0, 256, (n, 3, size, size), generator=torch.Generator().manual_seed(seed), dtype=torch.uint8)


def test_white_is_defined_as_at_ingest() -> None:
    assert read.WHITE == WHITE
    pictures = torch.cat([product(20, 24, level) for level in (255, 240, 239, 0)])
    assert white_background(pictures).tolist() == [1, 1, 0, 0]


def test_the_background_is_white_if_a_product_touches_little_of_the_border() -> None:
    pictures = product(20, 24).repeat(2, 1, 1, 1)
    pictures[0, :, :12, 0] = 0  # 12 of 252 border pixels, 4.8 %
    pictures[1, :, :13, 0] = 0  # 5.2 %
    assert white_background(pictures).tolist() == [1, 0]


@pytest.mark.parametrize("background", [255, 128, 0])
def test_a_product_within_a_tenth_of_the_middle_is_centred_on_any_background(background: int) -> None:
    middle = [(20, 24), (26, 24), (27, 24), (20, 30), (20, 31), (0, 0)]
    pictures = torch.cat([product(left, top, background) for left, top in middle])
    assert centred(pictures).tolist() == [1, 1, 0, 1, 0, 0]


def test_centred_is_nan_for_a_picture_without_a_product() -> None:
    assert centred(torch.full((1, 3, 64, 64), 200, dtype=torch.uint8)).isnan().all()


def test_sharpness_equals_the_variance_of_scipys_laplacian() -> None:
    pictures = noise(seed=1)
    grey = np.einsum("nchw,c->nhw", pictures.double().numpy(), [0.299, 0.587, 0.114])
    theirs = [laplace(picture)[1:-1, 1:-1].var() for picture in grey]
    assert sharpness(pictures).tolist() == pytest.approx(theirs)


def test_a_blurred_picture_is_less_sharp() -> None:
    pictures = noise(seed=1)
    blurred = torch.nn.functional.avg_pool2d(pictures.float(), 3, 1, 1).byte()
    assert (sharpness(blurred) < sharpness(pictures) / 5).all()


def test_brightness_is_that_of_pillows_greyscale() -> None:
    pictures = torch.cat([product(20, 24, level, 32) for level in (255, 128, 0)])
    expected = [np.asarray(Image.fromarray(p.permute(1, 2, 0).numpy()).convert("L")).mean() / 255 for p in pictures]
    assert brightness(pictures).tolist() == pytest.approx(expected, abs=0.002)


def test_pictures_of_one_flat_colour_are_blank() -> None:
    flat = torch.full((2, 3, 64, 64), 100, dtype=torch.uint8)
    flat[1] += torch.randint(0, 9, (3, 64, 64), dtype=torch.uint8, generator=torch.Generator().manual_seed(1))
    black = torch.zeros(1, 3, 64, 64, dtype=torch.uint8)
    assert blank(torch.cat([flat, black, product(20, 24), product(20, 24, 0)])).tolist() == [1, 1, 1, 0, 0]


@given(n=st.integers(1, 3), height=st.integers(3, 9), width=st.integers(3, 9), seed=st.integers(0, 2**31))
def test_pictures_of_any_size_have_one_value_each(n: int, height: int, width: int, seed: int) -> None:
    numbers = torch.Generator().manual_seed(seed)
    pictures = torch.randint(0, 256, (n, 3, height, width), generator=numbers, dtype=torch.uint8)
    for values in (white_background(pictures), centred(pictures), sharpness(pictures), blank(pictures)):
        assert values.shape == (n,)
        assert values.dtype == torch.float64
