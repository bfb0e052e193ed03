"""Product descriptions: products from a file of JSON lines, each an object with a description in HTML."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from components.core.errors import DataError
from components.recipes.product_descriptions.ingest.products import Product, known_values

# Attribute -> the fields that may hold it, the first that has a value counts. `a.b` is field b of the object a.
FIELDS: Mapping[str, Sequence[str]] = {
    "gender": ("gender",),
    "masterCategory": ("masterCategory", "masterCategory.typeName", "masterCategory_typeName"),
    "subCategory": ("subCategory", "subCategory.typeName", "subCategory_typeName"),
    "articleType": ("articleType", "articleType.typeName", "articleType_typeName"),
    "baseColour": ("baseColour", "colour", "color", "productColors"),
    "season": ("season",),
    "year": ("year",),
    "usage": ("usage",),
    "brand": ("brand", "brandName"),
    "price": ("price",),
    "productDisplayName": ("productDisplayName", "name", "title"),
}
IDS = ("id", "productId", "product_id", "sku")
TEXTS = ("description_html", "productDescriptors.description.value", "description")
NOT_JSON, NO_OBJECT, DUPLICATE_ID, NOT_TEXT = "not-json", "not-an-object", "duplicate-id", "description-not-a-text"
ENDINGS = (".jsonl", ".jsonl.gz", ".ndjson", ".ndjson.gz")


def read_json_lines(path: Path) -> list[Product]:
    """Return a product for each line that is not blank.

    Raises:
        DataError: the file cannot be read, or no line of it has a description.
    """
    try:
        content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError) as error:
        raise DataError(f"{path} cannot be read ({error})", expected="JSON lines, plain or gzip") from None
    lines = content.decode("utf-8-sig", errors="replace").split("\n")
    products = list(_once(_product(n, line) for n, line in enumerate(lines, start=1) if line.strip()))
    if not any(product.markup for product in products):
        raise DataError(
            f"{path} has no description in {len(products):,} lines",
            expected=f"JSON objects with one of the fields {', '.join(TEXTS)}",
            act="name another file with --catalogue, or in the YAML as data.catalogue",
        )
    return products


def _product(number: int, line: str) -> Product:
    try:
        return product_of(number, json.loads(line))
    except (ValueError, RecursionError):
        return Product(number, "", refused=NOT_JSON)


def product_of(number: int, found: Any) -> Product:
    """Return the product of a JSON value, which may have all its fields in `data`, as a styles/<id>.json has."""
    if not isinstance(found, dict):
        return Product(number, "", refused=NO_OBJECT)
    found = found["data"] if isinstance(found.get("data"), dict) else found
    markup, identity = _first(found, TEXTS), str(_first(found, IDS) or number)
    attributes = known_values({name: _first(found, fields) for name, fields in FIELDS.items()})
    if markup is not None and not isinstance(markup, str):
        return Product(number, identity, attributes=attributes, refused=NOT_TEXT)
    return Product(number, identity, markup or "", attributes)


def _first(found: Mapping[str, Any], fields: Sequence[str]) -> Any:
    values = (_at(found, field) for field in fields)
    return next((value for value in values if value not in (None, "")), None)


def _at(found: Any, field: str) -> Any:
    for name in field.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return None if isinstance(found, dict) else found


def _once(products: Iterator[Product]) -> Iterator[Product]:
    """Yield the products, the second and later ones of an id as refused."""
    seen: set[str] = set()
    for product in products:
        again = product.id in seen and not product.refused
        yield Product(product.line, product.id, refused=DUPLICATE_ID) if again else product
        seen.add(product.id)
