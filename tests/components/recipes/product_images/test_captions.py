"""Tests: captions from a catalogue's values."""

import pytest

from components.recipes.product_images.captions import caption_of
from tests.components.recipes.product_images.ingesting import TEMPLATE


@pytest.mark.parametrize(
    ("values", "brand", "caption"),
    [
        (
            {"baseColour": "Navy Blue", "articleType": "Casual Shoes", "season": "Fall", "gender": "Men"},
            "ADIDAS",
            "A professional product photo of navy blue casual shoes , fall collection , men , ADIDAS brand , "
            "centered on white background",
        ),
        (
            {"articleType": "Casual Shoes"},
            "",
            "A professional product photo of casual shoes , centered on white background",
        ),
        ({"gender": "Men"}, "", "A professional product photo of product , men , centered on white background"),
    ],
)
def test_a_caption_leaves_out_unknown_values(values: dict[str, str], brand: str, caption: str) -> None:
    assert caption_of(TEMPLATE, values, brand) == caption
