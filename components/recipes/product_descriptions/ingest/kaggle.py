"""Product descriptions: products from a catalogue in the Kaggle layout: styles.csv, and styles/<id>.json."""

import json
from dataclasses import replace
from pathlib import Path

from components.data.catalogue.catalogue import Catalogue, read_catalogue
from components.data.catalogue.schema import ATTRIBUTES, Refused, Row
from components.recipes.product_descriptions.ingest.json_lines import product_of
from components.recipes.product_descriptions.ingest.products import Product, known_values

NO_FILE, UNREADABLE = "style-file-missing", "style-file-unreadable"


def read_kaggle(folder: Path) -> tuple[list[Product], Catalogue]:
    """Return a product for each row of styles.csv, and the catalogue, which has the counts of what was repaired.

    Raises:
        DataError: the folder, styles.csv, a column of it or the folder `images` is missing.
    """
    catalogue = read_catalogue(folder)
    rows = [_product(row, catalogue.files.styles.get(row.id)) for row in catalogue.rows]
    refused = [_refused(found) for found in catalogue.refused]
    return sorted([*rows, *refused], key=lambda product: product.line), catalogue


def _product(row: Row, path: Path | None) -> Product:
    """Return the product of a row; what styles.csv says counts, and what only the style file says is added."""
    of_table = known_values({name: row.values[name] for name in ATTRIBUTES})
    repairs = tuple(str(repair) for repair in row.repairs)
    plain = Product(row.line, str(row.id), attributes=of_table, repairs=repairs)
    if path is None:
        return replace(plain, refused=NO_FILE)
    try:
        found = product_of(row.line, json.loads(path.read_bytes()))
    except (OSError, ValueError, RecursionError):
        return replace(plain, refused=UNREADABLE)
    return replace(found, id=str(row.id), attributes={**found.attributes, **of_table}, repairs=repairs)


def _refused(found: Refused) -> Product:
    return Product(found.row.line if found.row else 0, found.id, refused=str(found.reason))
