"""Product images: the sentence that tells what a picture shows, from the template in the model's YAML."""

from collections.abc import Mapping
from string import Formatter

# Field of the template -> column of styles.csv. `brand` comes from elsewhere and is added by the caller.
COLUMNS: Mapping[str, str] = {
    "colour": "baseColour",
    "article": "articleType",
    "season": "season",
    "gender": "gender",
    "usage": "usage",
    "year": "year",
    "name": "productDisplayName",
}
AS_WRITTEN = frozenset({"brand", "name", "year"})  # names; the others are common words and go in lower case


def caption_of(template: str, values: Mapping[str, str], brand: str) -> str:
    """Return the caption of a row. A part between commas of which no value is known is left out, commas and all.

    >>> caption_of("Photo of {colour} {article} , {season} collection", {"articleType": "Heels"}, brand="")
    'Photo of heels'
    """
    known = {field: values.get(column, "") for field, column in COLUMNS.items()} | {"brand": brand}
    known["article"] = known["article"] or values.get("subCategory", "") or "product"
    shown = {field: value if field in AS_WRITTEN else value.lower() for field, value in known.items()}
    parts = [part for part in template.split(",") if _is_known(part, shown)]
    return ",".join(_filled(part, shown) for part in parts).strip(" ,")


def _is_known(part: str, shown: Mapping[str, str]) -> bool:
    fields = [field for _, field, _, _ in Formatter().parse(part) if field]
    return not fields or any(shown[field] for field in fields)


def _filled(part: str, shown: Mapping[str, str]) -> str:
    """Fill in a part; where a value is unknown, the space after its field goes too."""
    for field, value in shown.items():
        part = part if value else part.replace(f"{{{field}}} ", "").replace(f" {{{field}}}", "")
    return part.format(**shown)
