"""Registry: the generated products that people decided about, for the ingest of models whose YAML names their lines."""

from components.core.config import ModelConfig
from components.core.curated import CuratedProduct
from components.products.curation import Curated, by_product, edited
from components.products.store import find
from registry.curation import reviews
from registry.product_lines import find_line, products_of

DECIDED = ("approved", "rejected")


def curated_products(config: ModelConfig) -> tuple[CuratedProduct, ...]:
    """Return the products of the lines in `data.curated` of a model that people approved or rejected.

    Raises:
        UsageError: there is no such line.
        UnavailableError: the database does not answer.
    """
    wanted = getattr(config.data, "curated", None)
    if wanted is None:
        return ()
    lines = sorted({*wanted.approved, *wanted.rejected})
    return tuple(
        product
        for line in lines
        for product in _decided(find_line(line).line)
        if line in (wanted.approved if product.approved else wanted.rejected)
    )


def _decided(line: str) -> list[CuratedProduct]:
    decided = {name: found for name, found in by_product(reviews(line)).items() if found.state in DECIDED}
    made = [_product(line, name, decided[name]) for name in sorted(decided)]
    return [product for product in made if product is not None]


def _product(line: str, name: str, found: Curated) -> CuratedProduct | None:
    product = find(products_of(line), name)
    if product is None:
        return None
    text = edited(product, found).description
    approved = found.state == "approved"
    folder = products_of(line) / name
    return CuratedProduct(name, approved, product.attributes, product.name, text, folder)
