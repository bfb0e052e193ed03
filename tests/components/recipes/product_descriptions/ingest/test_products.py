"""Tests: values of attributes are read and spelled alike."""

from components.recipes.product_descriptions.ingest.products import (
    Product,
    known_values,
    spelled_alike,
    with_article,
    without_long_values,
)


def named(name: str, **attributes: str) -> Product:
    return Product(1, "1", attributes={"productDisplayName": name, **attributes})


def test_missing_values_are_left_out_and_lists_keep_their_values() -> None:
    found = known_values({"baseColour": "Blue,NA", "season": "n/a", "usage": None, "year": 2012, "brand": " A  B "})
    assert found == {"baseColour": "Blue", "year": "2012", "brand": "A B"}
    assert known_values({"baseColour": "Blue,White,Blue"}) == {"baseColour": "Blue, White"}


def test_the_article_is_the_end_of_the_name_unless_it_is_known() -> None:
    assert with_article(named("Puma Men Black Casual Shoes")).attributes["articleType"] == "Casual Shoes"
    assert with_article(named("London Men Brown Shoes")).attributes["articleType"] == "Shoes"
    assert with_article(named("London Men Brown Shoes", articleType="Derbys")).attributes["articleType"] == "Derbys"
    assert "articleType" not in with_article(named("123")).attributes


def test_spellings_of_a_value_become_the_most_frequent_one() -> None:
    names = ["Tshirts", "Tshirts", "T-Shirt", "Shirts"]
    found = spelled_alike([named("x", articleType=name) for name in names], ["articleType"])
    assert [product.attributes["articleType"] for product in found] == ["Tshirts", "Tshirts", "Tshirts", "Shirts"]
    assert [product.repairs for product in found][2] == ("other-spelling",)


def test_a_product_with_an_attribute_that_is_a_text_is_refused() -> None:
    assert not without_long_values(named("x", brand="B" * 300)).refused
    assert without_long_values(named("x", brand="B" * 301)).refused == "attribute-too-long"
