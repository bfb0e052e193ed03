"""Tests: a product has attributes under its constraints, and a picture and a text that passed their checks."""

from typing import Any

import pytest

from components.core.errors import UsageError
from components.products.make import Wanted, make_products, model_seed, product_id
from components.products.marks import provenance_of
from components.products.predictors import LineModel, Models, check_kind
from tests.components.products.toys import ShapesToy, TextsToy, models, settings

RED = {"articleType": "Casual Shoes", "baseColour": "Red"}


def wanted(count: int) -> list[Wanted]:
    return [Wanted(RED, seed) for seed in range(count)]


def test_a_product_has_what_was_asked_for_and_says_where_it_is_from() -> None:
    (product,) = make_products(models(), settings(), wanted(1))
    assert product.attributes["baseColour"] == "Red"
    assert (product.attributes["year"], product.attributes["price"], "usage" in product.attributes) == (
        "2012",
        "49.5",
        False,
    )
    assert "Red" in product.description
    assert product.name.endswith("Red Casual Shoes")
    assert product.passed
    inside = provenance_of(product.picture)
    assert inside == {**product.provenance, "product": product.attributes}
    assert inside["models"]["picture"] == {"model": "picture", "version": "1", "weights": "abc"}
    assert inside["picture"]["seed"] == model_seed(models().picture, wanted(1)[0], 1)


def test_a_product_is_the_same_to_the_byte_alone_and_among_others() -> None:
    together = make_products(models(ShapesToy(bad=4)), settings(), wanted(12))
    alone = [make_products(models(ShapesToy(bad=4)), settings(), [one])[0] for one in reversed(wanted(12))]
    assert together == list(reversed(alone))
    assert len({product.picture for product in together}) == 12


def test_what_fails_is_generated_again_with_another_seed_and_counted() -> None:
    products = make_products(models(ShapesToy(bad=5)), settings(tries=12), wanted(10))
    tries = [product.provenance["picture"]["tries"] for product in products]
    assert all(product.passed for product in products)
    assert max(tries) > 1
    assert min(tries) == 1


def test_what_fails_in_every_try_is_returned_with_what_failed() -> None:
    shapes = ShapesToy(bad=10)
    (product,) = make_products(models(shapes), settings(tries=3), wanted(1))
    assert (product.passed, product.failures, shapes.made) == (False, ["The background is not white."], 3)


def test_a_line_may_report_a_check_or_set_its_threshold() -> None:
    reported = settings(tries=3, checks={"reported": ["white_background"]})
    shapes = ShapesToy(bad=10)
    (product,) = make_products(models(shapes), reported, wanted(1))
    assert (product.passed, product.checks[0].check.passed, shapes.made) == (True, False, 1)
    stricter = settings(tries=1, checks={"at_least": {"faithfulness": 1.5}})
    (product,) = make_products(models(), stricter, wanted(1))
    assert product.failures == ["faithfulness is 1.000, expected 1.5 at least, as the product line says."]


def test_the_id_changes_with_everything_that_a_product_depends_on() -> None:
    first = product_id(models(), settings(), wanted(1)[0])
    other = Models(models().attributes, LineModel("picture", ShapesToy(), {"version": "2"}), models().description)
    assert first == product_id(models(), settings(about="another text"), wanted(1)[0])
    assert first not in {
        product_id(other, settings(), wanted(1)[0]),
        product_id(models(), settings(tries=5), wanted(1)[0]),
        product_id(models(), settings(), Wanted(RED, 1)),
        product_id(models(), settings(), Wanted({}, 0)),
    }


def test_constraints_that_no_row_can_have_are_an_error_of_the_model() -> None:
    with pytest.raises(UsageError, match="season is never Monsoon, expected one of Summer, Winter"):
        make_products(models(), settings(), [Wanted({"season": "Monsoon"}, 0)])


@pytest.mark.parametrize("gives", ["picture", "attributes"])
def test_a_model_of_another_kind_is_refused(gives: str) -> None:
    texts: Any = TextsToy()
    with pytest.raises(UsageError, match=f"The model t gives no {gives}, expected an? {gives} model"):
        check_kind(LineModel(gives, texts, {"model": "t"}))
