"""Products: export for shops: one CSV with Shopify's columns, one with WooCommerce's, both as drafts."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from html import escape

from components.products.config import ExportSettings
from components.products.product import Product

# Names and order of https://help.shopify.com/en/manual/products/import-export/using-csv (2026); what is left out keeps
# the shop's own value
SHOPIFY = (
    *("Title", "URL handle", "Description", "Vendor", "Type", "Tags", "Published on online store", "Status", "SKU"),
    *("Option1 name", "Option1 value", "Price", "Charge tax", "Continue selling when out of stock"),
    *("Requires shipping", "Fulfillment service", "Product image URL", "Image position", "Image alt text"),
    *("Gift card", "SEO title", "SEO description"),
)
# Of https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Import-Schema; three attributes, as products have
ATTRIBUTES: Mapping[str, str] = {"Colour": "baseColour", "Gender": "gender", "Season": "season"}
WOOCOMMERCE = (
    *("Type", "SKU", "Name", "Published", "Is featured?", "Visibility in catalog", "Short description"),
    *("Description", "Tax status", "In stock?", "Regular price", "Categories", "Tags", "Images"),
    *(
        f"Attribute {number} {what}"
        for number in range(1, len(ATTRIBUTES) + 1)
        for what in ("name", "value(s)", "visible", "global")
    ),
    *("Brands", "Meta: _generated_by", "Meta: _generated_product"),
)
SHORT = 160  # characters of a short description: what search engines show
Row = dict[str, str]


def shopify(product: Product, settings: ExportSettings) -> Row:
    """Return the row of Shopify's product CSV. It has no stock: that is the shop's."""
    known = product.attributes
    return {
        "Title": product.name,
        "URL handle": handle(product),
        "Description": html_of(product.description),
        "Vendor": settings.vendor or known.get("brand", ""),
        "Type": known.get("articleType", ""),
        "Tags": ", ".join(tags(product, settings)),
        "Published on online store": "FALSE",
        "Status": "draft",
        "SKU": sku(product),
        "Option1 name": "Title",
        "Option1 value": "Default Title",
        "Price": known.get("price", ""),
        "Charge tax": "TRUE",
        "Continue selling when out of stock": "DENY",
        "Requires shipping": "TRUE",
        "Fulfillment service": "manual",
        "Product image URL": image_of(product, settings),
        "Image position": "1",
        "Image alt text": f"{product.name} ({settings.label})",
        "Gift card": "FALSE",
        "SEO title": product.name,
        "SEO description": shortened(product.description),
    }


def woocommerce(product: Product, settings: ExportSettings) -> Row:
    """Return the row of WooCommerce's product CSV."""
    known = product.attributes
    levels = [known.get(column, "") for column in ("masterCategory", "subCategory", "articleType")]
    attributes: Row = {}
    for number, (name, column) in enumerate(ATTRIBUTES.items(), 1):
        values = {"name": name, "value(s)": known.get(column, ""), "visible": "1", "global": "1"}
        attributes |= {f"Attribute {number} {what}": value for what, value in values.items()}
    return {
        "Type": "simple",
        "SKU": sku(product),
        "Name": product.name,
        "Published": "-1",  # a draft
        "Is featured?": "0",
        "Visibility in catalog": "visible",
        "Short description": shortened(product.description),
        "Description": html_of(product.description),
        "Tax status": "taxable",
        "In stock?": "0",
        "Regular price": known.get("price", ""),
        "Categories": " > ".join(dict.fromkeys(level for level in levels if level)),
        "Tags": ", ".join(tags(product, settings)),
        "Images": image_of(product, settings),
        **attributes,
        "Brands": settings.vendor or known.get("brand", ""),
        "Meta: _generated_by": settings.label,
        "Meta: _generated_product": product.id,
    }


SHOPS: Mapping[str, tuple[Sequence[str], Callable[[Product, ExportSettings], Row]]] = {
    "shopify.csv": (SHOPIFY, shopify),
    "woocommerce.csv": (WOOCOMMERCE, woocommerce),
}


def shop_files(products: Sequence[Product], settings: ExportSettings) -> dict[str, str]:
    """Return the text of each shop's CSV by its name."""
    return {
        name: _csv(columns, [row(product, settings) for product in products]) for name, (columns, row) in SHOPS.items()
    }


def handle(product: Product) -> str:
    """Return the product's address in a shop: words between hyphens, and its id, so that no two are equal."""
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in product.name.lower()).split()
    return "-".join([*words, product.id])


def sku(product: Product) -> str:
    return f"AI-{product.id}"


def tags(product: Product, settings: ExportSettings) -> list[str]:
    known = [product.attributes.get(column, "") for column in ("baseColour", "gender", "season", "usage")]
    return [*(tag.replace(",", " ") for tag in known if tag), settings.label]


def image_of(product: Product, settings: ExportSettings) -> str:
    """Return the address of the picture, or its file's name where the line names no address."""
    base = settings.image_address
    return f"{base.rstrip('/')}/{product.id}.png" if base else f"{product.id}.png"


def html_of(text: str) -> str:
    """Return a text as HTML, one paragraph a line.

    >>> html_of("Red & light.")
    '<p>Red &amp; light.</p>'
    """
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def shortened(text: str) -> str:
    """Return at most 160 characters of a text, up to the end of a word."""
    line = " ".join(text.split())
    return line if len(line) <= SHORT else f"{line[: SHORT - 3].rsplit(' ', 1)[0]}..."


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> str:
    content = io.StringIO()
    table = csv.DictWriter(content, columns, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return content.getvalue()
