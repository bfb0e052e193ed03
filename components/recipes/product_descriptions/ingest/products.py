"""Product descriptions: a product as a catalogue has it: its description in HTML, and the values of its attributes."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from components.data.catalogue.values import is_missing, tidy
from components.recipes.product_descriptions.example import LONGEST_VALUE
from components.recipes.product_descriptions.score.word_stems import stem

ARTICLE, COLOUR, NAME = "articleType", "baseColour", "productDisplayName"
FROM_NAME, OTHER_SPELLING = "article-from-name", "other-spelling"
ATTRIBUTE_TOO_LONG = "attribute-too-long"
_TWO_WORDS = frozenset({"casual shoes", "sports shoes", "formal shoes", "boat shoes", "flip flops", "track pants"})


@dataclass(frozen=True, slots=True)
class Product:
    """A row of a catalogue. `line` counts from 1. `refused` says why the row cannot be used, or is empty.

    `attributes` has the known values by the names of the Kaggle layout's columns, and `brand`.
    """

    line: int
    id: str
    markup: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    refused: str = ""
    repairs: tuple[str, ...] = ()


def known_values(values: Mapping[str, object]) -> dict[str, str]:
    """Return the attributes that have a value; of a list such as `Blue,NA` the values that are not missing."""
    found = {name: _value(value) for name, value in values.items()}
    return {name: value for name, value in found.items() if value}


def _value(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    parts = (tidy(part) for part in str(value).split(","))
    return ", ".join(dict.fromkeys(part for part in parts if not is_missing(part)))


def with_article(product: Product) -> Product:
    """Return the product with an article type: without one of its own, the last word of its display name."""
    words = re.findall(r"[^\W\d_][\w-]*", product.attributes.get(NAME, ""))
    if product.attributes.get(ARTICLE) or not words:
        return product
    two = " ".join(words[-2:])
    article = two if two.casefold() in _TWO_WORDS else words[-1]
    attributes = {**product.attributes, ARTICLE: article}
    return replace(product, attributes=attributes, repairs=(*product.repairs, FROM_NAME))


def without_long_values(product: Product) -> Product:
    """Return the product, refused if an attribute is so long that it is none: its prompt would have no end."""
    if product.refused or all(len(value) <= LONGEST_VALUE for value in product.attributes.values()):
        return product
    return replace(product, refused=ATTRIBUTE_TOO_LONG)


def spelled_alike(products: Iterable[Product], columns: Sequence[str]) -> list[Product]:
    """Return the products with one spelling of each value, the most frequent: `T-Shirts`, `Tshirt` and `Tshirts`."""
    products = list(products)
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for product in products:
        for name, value in product.attributes.items():
            counts[name, stem(value)][value] += 1
    spelling = {key: min(found, key=lambda value: (-found[value], value)) for key, found in counts.items()}
    return [_respelled(product, columns, spelling) for product in products]


def _respelled(product: Product, columns: Sequence[str], spelling: Mapping[tuple[str, str], str]) -> Product:
    found = {
        name: spelling[name, stem(value)] if name in columns else value for name, value in product.attributes.items()
    }
    repairs = product.repairs if found == product.attributes else (*product.repairs, OTHER_SPELLING)
    return replace(product, attributes=found, repairs=repairs)
