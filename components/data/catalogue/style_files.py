"""Data: brand, description, price and discount from styles/<id>.json, with HTML converted to plain text."""

import html
import json
import math
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning

from components.data.catalogue.values import is_missing, tidy, visible

# Tags that break a line; all other tags are inline.
BLOCKS = ("br", "p", "div", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6")
SILENT = ("script", "style", "head", "template")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
# An entity damaged by double escaping, such as `o&amp;  rsquo  clock`.
_BROKEN_ENTITY = re.compile(r"\s*&\s+(\w{2,8})\s*;?\s+")
_JOINING = ("rsquo", "lsquo", "eacute", "trade", "reg", "deg")
_PARTING = ("rdquo", "ldquo", "ndash", "mdash", "hellip", "bull", "amp", "nbsp")


@dataclass(frozen=True, slots=True)
class Style:
    """What the file says of a product. `fault` is the code of a fault of the file.

    Brand and description are empty, and the price is None, if the file has none. The price is in the catalogue's
    currency.
    """

    brand: str = ""
    description: str = ""
    fault: str = ""
    price: float | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """The brand, the price and the discount in a style file, without its description, which takes longest to read.

    The brand is empty, and numbers are None, if the file has none. The discount is in percent of the price.
    """

    brand: str = ""
    price: float | None = None
    discount: float | None = None
    fault: str = ""


def read_style(path: Path | None) -> Style:
    """Read a styles/<id>.json. A file that is missing or not JSON gives an empty style with its fault."""
    product, fault = _product(path)
    if product is None:
        return Style(fault=fault)
    value = _mapping(_mapping(product, "productDescriptors"), "description").get("value")
    description = clean_text(value) if isinstance(value, str) else ""
    fault = "" if description else "description-missing"
    return Style(_brand(product), description, fault, _price(product.get("price")))


def read_offer(path: Path | None) -> Offer:
    """Read brand, price and discount of a styles/<id>.json. A file that cannot be read gives its fault alone."""
    product, fault = _product(path)
    if product is None:
        return Offer(fault=fault)
    price, reduced = _price(product.get("price")), _price(product.get("discountedPrice"))
    off = 100 * (1 - reduced / price) if price and reduced and reduced <= price else None
    return Offer(_brand(product), price, off)


def _product(path: Path | None) -> tuple[dict[str, Any] | None, str]:
    """Return what a style file says of its product; None and a fault if it cannot be read."""
    if path is None:
        return None, "style-file-missing"
    try:
        return _mapping(json.loads(path.read_bytes()), "data"), ""
    except (OSError, ValueError, RecursionError):
        return None, "style-file-unreadable"


def _brand(product: dict[str, Any]) -> str:
    brand = product.get("brandName")
    brand = tidy(html.unescape(brand)) if isinstance(brand, str) else ""
    return "" if is_missing(brand) else brand


def _price(value: Any) -> float | None:
    """Return a price above 0; None for anything else, such as the 0 of a product that is not sold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and value > 0 else None


def clean_text(markup: str) -> str:
    r"""Return the text of an HTML fragment, one line per block, with entities resolved even if escaped repeatedly.

    >>> clean_text('<p style="a">Caf&amp;eacute;<br />&amp;amp; <a href="x">bar</a></p>')
    'Café\n& bar'
    """
    text = _text_of(markup.replace("\r", " ").replace("\n", " "))
    for _ in range(2):
        if _TAG.search(text) or html.unescape(text) != text:
            text = _text_of(text.replace("\n", "<br>"))
    text = _BROKEN_ENTITY.sub(_resolved, text)
    lines = (" ".join(visible(line).split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _text_of(markup: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)  # a description may be a URL only
        soup = BeautifulSoup(markup, "html.parser")
    for tag in soup(SILENT):
        tag.decompose()
    for tag in soup(BLOCKS):
        tag.insert_before("\n")
        tag.insert_after("\n")
    for tag in soup(("td", "th")):
        tag.insert_after(" ")
    return soup.get_text()


def _resolved(found: re.Match[str]) -> str:
    if found[1] in _JOINING:
        return html.unescape(f"&{found[1]};")
    return f" {html.unescape(f'&{found[1]};')} " if found[1] in _PARTING else found[0]


def _mapping(value: Any, key: str) -> dict[str, Any]:
    inner = value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}
