"""Registry: the products of a line that people approved, with the texts that people gave them."""

from dataclasses import replace

from components.products.curation import by_product, edited
from components.products.product import Product
from components.products.store import find
from registry.curation import reviews
from registry.product_lines import products_of


def approved_products(line: str) -> list[Product]:
    """Return the approved products of a line by their ids. A person's approval outweighs a failed check."""
    found = by_product(reviews(line))
    folder = products_of(line)
    approved = [(find(folder, name), found[name]) for name in sorted(found) if found[name].state == "approved"]
    return [_accepted(edited(product, review)) for product, review in approved if product is not None]


def _accepted(product: Product) -> Product:
    return replace(product, checks=tuple(replace(found, required=False) for found in product.checks))
