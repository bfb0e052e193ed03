"""Product descriptions: the descriptions that the project writes itself, in place of those of the drawn catalogue."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from components.core.files import digest_of, file_digest
from components.core.seeds import derive_seed
from components.data.drawn_catalogue.descriptions import HTML
from components.data.drawn_catalogue.folder import DRAWN
from components.data.drawn_catalogue.planted import defect_of
from components.recipes.product_descriptions.ingest.products import Product

NEEDED = frozenset({"brand", "articleType", "baseColour"})  # without these the catalogue's own text stays


def is_drawn(folder: Path) -> bool:
    """Return whether a catalogue's folder is the one that the project draws itself."""
    return folder.name.startswith(f"{DRAWN}-")


def writer_digest() -> str:
    """Return the digest of the code that writes, so that texts are written again when it changes."""
    return digest_of({path.name: file_digest(path) for path in (Path(__file__).parents[1] / "starter").glob("*.py")})


def with_written(products: Sequence[Product], seed: int) -> list[Product]:
    """Return the products with texts written from their attributes, in the mark-up that the catalogue gave them.

    A product without a description stays without one.
    """
    from components.recipes.product_descriptions.starter.write import write_description

    return [
        replace(p, markup=_marked_up(p, write_description(p.attributes, derive_seed(seed, "described", p.id))))
        if p.markup and not p.refused and p.attributes.keys() >= NEEDED
        else p
        for p in products
    ]


def _marked_up(product: Product, text: str) -> str:
    body = "<br />".join(text.splitlines())
    return HTML.get(defect_of(int(product.id)), "<p>{}</p>".format)(body)
