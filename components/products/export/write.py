"""Products: a folder with a batch in all forms: catalogue, shops, signed pictures, and what became of each product."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from components.core.errors import DiskSpaceError, UsageError
from components.core.files import is_disk_full, new_folder, require_space
from components.products.config import ProductLine
from components.products.export.kaggle import write_catalogue
from components.products.export.shops import shop_files
from components.products.product import Product
from components.products.sign import Sign

INDEX = "products.json"
SIGNED_BYTES = 40_000  # by which a signature makes a picture larger, measured with a chain of two certificates
SPARE_BYTES = 1_000_000


def existing(to: Path, batch: str) -> dict[str, Any] | None:
    """Return the index of a folder that has this batch already, None if the folder does not exist.

    Raises:
        UsageError: something else is there.
    """
    if not to.exists():
        return None
    try:
        index: dict[str, Any] = json.loads((to / INDEX).read_text(encoding="utf-8"))
        if index["batch"] == batch:
            return index
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise UsageError(f"{to} is there already with something else", expected="a new folder", act="name another one")


def write_export(
    to: Path, products: Sequence[Product], line: ProductLine, sign: Sign, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Write a new folder, completely or not at all; return its index.

    Products that failed a check are in the index, with what failed, and nowhere else.

    Raises:
        DiskSpaceError: the disk is full; nothing is left of the folder.
    """
    passed = [product for product in products if product.passed]
    require_space(
        to.parent,
        sum(3 * len(product.picture) + SIGNED_BYTES for product in passed) + SPARE_BYTES,
        f"The export of {len(passed):,} products",
        act="free some space, or name a folder on another disk",
    )
    index = {**facts, "signed": line.sign is not None, "products": [product.as_json() for product in products]}
    try:
        with new_folder(to) as unfinished:
            _write(unfinished, passed, line, sign)
            text = json.dumps(index, indent=1, ensure_ascii=False)
            (unfinished / INDEX).write_text(text, encoding="utf-8")
    except OSError as error:
        if not is_disk_full(error):
            raise
        act = "free some space, then run the same command again: finished products are reused"
        raise DiskSpaceError(f"The disk of {to.parent} is full", act=act) from None
    return index


def _write(folder: Path, products: Sequence[Product], line: ProductLine, sign: Sign) -> None:
    write_catalogue(folder / "catalogue", products, line.export.label)
    (folder / "pictures").mkdir()
    for product in products:
        (folder / "pictures" / f"{product.id}.png").write_bytes(sign(product))
    for name, text in shop_files(products, line.export).items():
        (folder / name).write_text(text, encoding="utf-8")
