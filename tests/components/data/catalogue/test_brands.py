"""Tests: brands are found at the beginning of product names."""

import pytest

from components.data.catalogue.brands import guess_brand, known_brands


@pytest.mark.parametrize(
    ("name", "brand"),
    [
        ("Red Tape Men Brown Shoes", "Red Tape"),
        ("Nike Women's EM Tempo Short", "Nike"),
        ("United Colors of Benetton Men Shoes", "United Colors of Benetton"),
        ("Vans Black Shoes", "Vans"),
        ("Menswear Co Black Shoes", "Menswear"),
        ("", ""),
    ],
)
def test_a_name_begins_with_its_brand(name: str, brand: str) -> None:
    assert guess_brand(name, known=frozenset({"United Colors of Benetton", "United"})) == brand


def test_words_with_which_many_names_begin_are_a_brand_and_a_product_line_is_not() -> None:
    names = [*["Red Tape Men Shoes"] * 5, "Red Tape Jefe Men Shoes"]
    known = known_brands(names, styles=["Gas", ""])
    assert known == {"Red Tape", "Gas"}
    assert guess_brand("Red Tape Semi Casual Leather Men's Shoe", known) == "Red Tape"
    assert guess_brand("Red Tape Jefe Men Shoes", known) == "Red Tape"
