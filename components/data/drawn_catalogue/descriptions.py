"""components / data / drawn catalogue: the nested styles/<id>.json with its description in HTML."""

import json
from collections.abc import Callable, Mapping

from components.data.drawn_catalogue.drawing.articles import ARTICLES
from components.data.drawn_catalogue.planted import defect_of
from components.data.drawn_catalogue.products import Product

MATERIALS = ("full-grain leather", "brushed canvas", "washed cotton", "recycled nylon", "soft suede")
MOODS = ("a quiet classic", "made for long days", "light and easy to wear", "cut close, finished by hand")


def _plain(body: str) -> str:
    return f"<p>{body}</p>"


def _styled(body: str) -> str:
    return f'<p style="text-align: justify;"><span style="font-style: normal; font-weight: normal;">{body}</span></p>'


def _table(body: str) -> str:
    rows = (("Fit", "Regular"), ("Care", "Wipe clean"))
    cells = "".join(f"<tr><td><strong>{name}</strong></td><td>{value}</td></tr>" for name, value in rows)
    return f'<p>{body}</p>\n<table border="0" cellpadding="2"><tbody>{cells}</tbody></table>'


def _link(body: str) -> str:
    return f'<p>{body} See our <a href="http://shop.example/size-guide" target="_blank">size guide</a>.</p>'


def _double_escaped(body: str) -> str:
    return f"<p>{body}<br />Made to be worn at nine o&amp;rsquo;clock &amp;amp; after.</p>"


HTML: Mapping[str, Callable[[str], str]] = {
    "inline_styles": _styled,
    "table": _table,
    "link": _link,
    "double_escaped": _double_escaped,
}


def description(product: Product) -> str:
    """Return the product's description as HTML, with the mark-up of its defect."""
    material, mood = MATERIALS[product.look % len(MATERIALS)], MOODS[product.look % len(MOODS)]
    body = (
        f"{product.brand} {product.article.lower()} in {product.colour.lower()}, {mood}.<br />"
        f"<strong>Material</strong>: {material}&nbsp;<br />\n"
        f"<strong>Warranty</strong>: {1 + product.look % 6} months<br>"
        f"Wipe with a clean, dry cloth"
    )
    return HTML.get(defect_of(product.id), _plain)(body)


def style_json(product: Product) -> str:
    """Return the text of styles/<id>.json, nested as in the real data set."""
    kind = ARTICLES[product.article]
    descriptors = {} if defect_of(product.id) == "no_description" else {"description": {"value": description(product)}}
    group = product.gender if product.gender in ("Men", "Women") else "Kids"
    data = {
        "id": product.id,
        "price": 499 + 100 * (product.look % 40),
        "productDisplayName": product.name,
        "variantName": product.model,
        "brandName": product.brand,
        "ageGroup": "Kids-" + product.gender if group == "Kids" else "Adults-" + group,
        "gender": product.gender,
        "baseColour": product.colour,
        "season": product.season,
        "year": str(product.year),
        "usage": product.usage,
        "masterCategory": {"typeName": kind.category},
        "subCategory": {"typeName": kind.subcategory},
        "articleType": {"typeName": product.article},
        "styleImages": {"default": {"imageURL": f"http://images.example/{product.id}_images.jpg"}},
        "productDescriptors": descriptors,
        "displayCategories": f"{kind.category},{product.usage} Wear",
    }
    return json.dumps({"data": data})
