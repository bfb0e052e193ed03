"""Tests: captions from a catalogue's values."""

import pytest

from components.core.errors import ConfigError
from components.recipes.product_images.captions import caption_of
from tests.components.recipes.product_images.ingesting import TEMPLATE, config_of


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


def test_braces_and_signs_in_a_value_are_its_text() -> None:
    values = {"baseColour": "{name} $5%s", "articleType": "{0}"}
    assert caption_of("{{new}} {colour} {article}", values, brand="") == "{new} {name} $5%s {0}"


@pytest.mark.parametrize(
    ("template", "sentence"),
    [
        ("{colour:{name}}", "the caption field colour has a format, expected {colour} alone"),
        ("{colour:>9}", "the caption field colour has a format"),
        ("{year!r}", "the caption field year has a format"),
        ("{colour", "an unpaired brace"),
        ("a } b", "an unpaired brace"),
        ("{}", "unknown caption field"),
        ("{colour.real}", "unknown caption field"),
    ],
)
def test_a_template_that_is_no_list_of_fields_is_refused_in_a_sentence(template: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=r"^toy\.yaml: data\.caption: ") as caught:
        config_of(caption=template)
    assert sentence in str(caught.value)
