"""Product descriptions: the record of one example: a product's attributes, and the text that describes it."""

from collections.abc import Mapping, Sequence
from typing import Any

from typing_extensions import TypedDict

from components.core.records import Snapshot

# The attributes that a prompt may name, by their columns in styles.csv, and the brand of styles/<id>.json.
ATTRIBUTES: Sequence[str] = (
    "brand",
    "productDisplayName",
    "gender",
    "masterCategory",
    "subCategory",
    "articleType",
    "baseColour",
    "season",
    "year",
    "usage",
)

LONGEST_VALUE = 300  # characters of one attribute; longer ones are no attribute, but a text


class ProductDescription(TypedDict):
    """A description as plain text, with the attributes of its product. Unknown attributes are left out.

    `attributes` has keys of ATTRIBUTES, with the values as the catalogue spells them.
    """

    id: int
    attributes: Mapping[str, str]
    text: str
    group: str  # names the texts that are alike, or are of one picture or name, and therefore share a split


Descriptions = Snapshot[ProductDescription]


def identity(example: Mapping[str, Any]) -> str:
    """Return what makes a description another one: its attributes and its words."""
    attributes: Mapping[str, str] = example["attributes"]
    stated = "\n".join(f"{name}={value}" for name, value in sorted(attributes.items()))
    return f"{stated}\n{example['text']}"
