"""Tests of prompts: the template of the YAML, filled with the attributes of a product."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.recipes.product_descriptions.example import ATTRIBUTES
from components.recipes.product_descriptions.prompts import check_template, fields_of, prompt_of

TEMPLATE = "Brand: {brand}\n{articleType}, {baseColour}\nDescription:"
VALUES = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.dictionaries(st.sampled_from(ATTRIBUTES), VALUES))
def test_any_attributes_give_a_prompt_whose_lines_are_those_of_the_template(attributes: dict[str, str]) -> None:
    lines = prompt_of(TEMPLATE, attributes).split("\n")

    assert lines[-1] == "Description:"
    assert len(lines) <= 3
    assert (lines[0].startswith("Brand: ")) == bool(attributes.get("brand", "").split())


def test_a_line_with_one_of_two_values_stays() -> None:
    assert prompt_of(TEMPLATE, {"articleType": "Heels"}) == "Heels,\nDescription:"


def test_braces_of_a_value_are_no_field() -> None:
    assert prompt_of("{brand}", {"brand": "{gender}"}) == "{gender}"
    assert fields_of("{brand} {{x}} {gender} {brand}") == ["brand", "gender"]


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{brand", "unpaired brace"),
        ("{price}", "unknown field price in the prompt; known: "),
        ("Text:", "names no attribute"),
        ("{brand!r}", "has a format, expected {brand} alone"),
        ("{brand:>9}", "has a format"),
        ("{}", "unknown field"),
    ],
)
def test_a_wrong_template_is_one_sentence(template: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_template(template)
