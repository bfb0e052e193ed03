"""Tests: an ingest gets the products that people decided about, of the lines that the model's YAML names."""

from pathlib import Path
from typing import Any

import pytest

from components.products.batch import make_batch
from components.products.curation import Action, Review
from components.products.product import Product
from components.recipes import read_config
from registry.approved_products import approved_products
from registry.curated_products import curated_products
from registry.curation import add_review
from registry.product_lines import products_of
from registry.settings import REPOSITORY
from tests.components.products.line_recipe import use_line
from tests.components.products.toys import line as toy_line
from tests.components.products.toys import silent


@pytest.fixture
def products(bare_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Product]:
    """Four products: the first is approved with another text, the second is rejected, the others are open."""
    name = use_line(monkeypatch, tmp_path)
    made = make_batch(toy_line(products_of(name)), [{}] * 4, 0, silent).products
    decide(made[0], Action.EDIT, text="A better text.")
    decide(made[0], Action.APPROVE)
    decide(made[1], Action.REJECT, reason="No sole.")
    return list(made)


def decide(product: Product, action: Action, **fields: str) -> None:
    add_review(Review("toys", product.id, action, "Ada", 1.0, **fields))


def taken(*settings: str) -> list[tuple[Any, ...]]:
    config = read_config(REPOSITORY / "deployments" / "models", "starter", settings)
    return [(product.id, product.approved, product.description) for product in curated_products(config)]


def test_a_model_takes_only_what_its_yaml_names(products: list[Product]) -> None:
    approved, rejected, *_ = products
    assert taken() == []
    assert taken("data.curated.approved=[toys]") == [(approved.id, True, "A better text.")]
    assert taken("data.curated.rejected=[toys]") == [(rejected.id, False, rejected.description)]


def test_a_product_that_is_gone_is_left_out(products: list[Product]) -> None:
    decide(products[2], Action.APPROVE)
    (products_of("toys") / products[0].id / "picture.png").unlink()
    assert taken("data.curated.approved=[toys]") == [(products[2].id, True, products[2].description)]


def test_approved_products_pass_whatever_their_checks_said(products: list[Product]) -> None:
    (found,) = approved_products("toys")
    assert (found.id, found.description, found.passed) == (products[0].id, "A better text.", True)
    assert found.provenance["edited"]["generated_text"] == products[0].description
