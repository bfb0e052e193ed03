"""Product images: the caption of a picture, from the template in the model's YAML."""

from collections.abc import Mapping
from string import Formatter

from components.recipes.product_images.example import ATTRIBUTES

AS_WRITTEN = frozenset({"brand", "name", "year"})  # names; the others are common words and become lower case


def check_template(template: str) -> None:
    """Raise ValueError unless every field of the template is the name of an attribute alone, such as {colour}."""
    known = ", ".join(sorted(ATTRIBUTES))
    try:
        parsed = [(name, form or conversion) for _, name, form, conversion in Formatter().parse(template)]
    except ValueError as error:
        raise ValueError(f"the caption has an unpaired brace ({error}); write {{{{ or }}}} for one") from None
    unknown = sorted({name for name, _ in parsed if name is not None} - ATTRIBUTES.keys())
    if unknown:
        raise ValueError(f"unknown caption field {unknown}; known: {known}")
    for name, form in parsed:
        if form:
            raise ValueError(f"the caption field {name} has a format, expected {{{name}}} alone")


def caption_of(template: str, values: Mapping[str, str], brand: str) -> str:
    """Return the caption of a row of styles.csv. A part between commas is left out if none of its values is known.

    >>> caption_of("Photo of {colour} {article} , {season} collection", {"articleType": "Heels"}, brand="")
    'Photo of heels'
    """
    known = {field: values.get(column, "") for field, column in ATTRIBUTES.items()} | {"brand": brand}
    known["article"] = known["article"] or values.get("subCategory", "") or "product"
    shown = {field: value if field in AS_WRITTEN else value.lower() for field, value in known.items()}
    parts = [part for part in template.split(",") if _is_known(part, shown)]
    return ",".join(_filled(part, shown) for part in parts).strip(" ,")


def _is_known(part: str, shown: Mapping[str, str]) -> bool:
    fields = [field for _, field, _, _ in Formatter().parse(part) if field]
    return not fields or any(shown[field] for field in fields)


def _filled(part: str, shown: Mapping[str, str]) -> str:
    """Return a part with its values. Where a value is unknown, the space beside its field is removed too."""
    for field, value in shown.items():
        part = part if value else part.replace(f"{{{field}}} ", "").replace(f" {{{field}}}", "")
    return part.format(**shown)
