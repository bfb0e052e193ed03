"""Products: export in the Kaggle layout, which `ingest` reads: styles.csv, styles/, images/ and images.csv."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.data.catalogue.schema import COLUMNS, ID, NAME, YEAR
from components.products.export.shops import html_of
from components.products.marks import as_jpeg
from components.products.product import Product


def write_catalogue(folder: Path, products: Sequence[Product], label: str) -> None:
    """Write the products into an empty folder. Each one's style file says how it was made."""
    for name in ("images", "styles"):
        (folder / name).mkdir(parents=True)
    for product in products:
        (folder / "images" / f"{product.number}.jpg").write_bytes(as_jpeg(product.picture))
        style = json.dumps({"data": style_of(product, label)}, ensure_ascii=False, indent=1)
        (folder / "styles" / f"{product.number}.json").write_text(style, encoding="utf-8")
    _write(folder / "styles.csv", list(COLUMNS), [row_of(product) for product in products])
    links = [{"filename": f"{product.number}.jpg", "link": f"images/{product.number}.jpg"} for product in products]
    _write(folder / "images.csv", ["filename", "link"], links)


def row_of(product: Product) -> dict[str, str]:
    """Return the product's row of styles.csv."""
    known = {column: product.attributes.get(column, "") for column in COLUMNS}
    return {**known, ID: str(product.number), NAME: product.name}


def style_of(product: Product, label: str) -> dict[str, Any]:
    """Return the product as in the data set's style files, and under `generated` how it was made."""
    known = product.attributes
    price = known.get("price", "")
    return {
        "id": product.number,
        "productDisplayName": product.name,
        "brandName": known.get("brand", ""),
        "gender": known.get("gender", ""),
        "baseColour": known.get("baseColour", ""),
        "season": known.get("season", ""),
        "year": known.get(YEAR, ""),
        "usage": known.get("usage", ""),
        "price": _number(price),
        "productDescriptors": {"description": {"descriptorType": "description", "value": html_of(product.description)}},
        "generated": {"by": label, "product": product.id, **product.provenance},
    }


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _write(path: Path, columns: Sequence[str], rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
