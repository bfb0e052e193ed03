"""Tests: a product must stand out from its background as much as real ones of its colour do."""

import pytest
import torch

from components.metrics.appearance import foreground_share
from components.recipes.product_images.generate.check_visible import VisibleProducts

REAL = VisibleProducts([0.10 + 0.001 * k for k in range(50)] + [0.20] * 50, ["White"] * 50 + ["Red"] * 50, 0.02)


@pytest.mark.parametrize(
    ("share", "colour", "passes"), [(0.05, "White", False), (0.12, "White", True), (0.12, "Red", False)]
)
def test_a_product_is_compared_with_real_ones_of_its_colour(share: float, colour: str, passes: bool) -> None:
    assert REAL.check(share, {"baseColour": colour}).passed is passes


def test_the_sentence_says_what_was_found_and_expected() -> None:
    check = REAL.check(0.05, {"baseColour": "White"})
    assert check.sentence == (
        "5.0% of its pixels differ from the background by more than 20 levels, expected 10.1% at least, which 98% of "
        "50 real pictures in White reach."
    )
    assert check.threshold == pytest.approx(0.10098)


@pytest.mark.parametrize("attributes", [{}, {"baseColour": "Teal"}])
def test_without_enough_real_ones_of_its_colour_all_are_compared_with(attributes: dict[str, str]) -> None:
    assert "of 100 real pictures reach" in REAL.check(0.15, attributes).sentence


def test_the_share_is_that_of_pixels_that_differ_from_the_border() -> None:
    pictures = torch.full((2, 3, 10, 10), 250, dtype=torch.uint8)
    pictures[0, :, 2:7, 2:6] = 40
    pictures[1, :, 2:7, 2:6] = 235  # nearly white
    assert foreground_share(pictures).tolist() == [0.2, 0.0]
