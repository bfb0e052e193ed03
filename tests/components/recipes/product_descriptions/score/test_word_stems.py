"""Tests: spellings of one value have one stem."""

import pytest

from components.recipes.product_descriptions.score.word_stems import stem


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("Tshirts", "t-shirt", True),
        ("Watches", "watch", True),
        ("Dresses", "dress", True),
        ("men's", "Men", True),
        ("Flip Flops", "flip-flop", True),
        ("Shirts", "Tshirts", False),
        ("Glass", "glas", False),
    ],
)
def test_spellings_of_a_value_are_equal(one: str, other: str, equal: bool) -> None:
    assert (stem(one) == stem(other)) is equal
