"""Flows: exports the products of a line that people approved, with the texts that people gave them."""

from pathlib import Path
from typing import Any

from components.core.errors import UsageError
from components.core.files import digest_of
from components.products.export.write import existing, write_export
from components.products.sign import signer
from registry.approved_products import approved_products
from registry.product_lines import find_line
from registry.settings import REPOSITORY


def export_approved(name: str, to: Path) -> dict[str, Any]:
    """Write the approved products into a new folder, completely or not at all; return what is in it.

    Raises:
        UsageError: nothing is approved yet, or something else is in the folder.
    """
    line = find_line(name)
    products = approved_products(name)
    if not products:
        act = "approve some on the page of `make serve`"
        raise UsageError(f"No product of {name} is approved yet", expected="one at least", act=act)
    batch = digest_of([product.as_json() for product in products])
    found = existing(to, batch)
    if found is not None:
        return {**found, "folder": str(to), "complete": True}
    facts = {"batch": batch, "line": name, "report": {"count": len(products), "passed": len(products), "flagged": 0}}
    made = write_export(to, products, line, signer(line.sign, line.export.label, REPOSITORY), facts)
    return {**made, "folder": str(to), "complete": False}
