"""Product images: the record of one example, and the only spelling of its attributes."""

from collections.abc import Mapping, Sequence
from typing import NotRequired

from pydantic import TypeAdapter, ValidationError
from typing_extensions import TypedDict  # pydantic reads typing's own from Python 3.12 on only

from components.core.errors import DataError
from components.core.records import Snapshot


class ProductImage(TypedDict):
    """A square picture with its caption. The keys from `gender` to `productDisplayName` are columns of styles.csv.

    None means that the catalogue does not say. `width` and `height` are those of the original picture, in pixels, and
    `white_background` is the share of its border that is white, as `components.data.pictures.read.Picture` has them.
    """

    file_name: str
    id: int
    caption: str
    gender: str | None
    masterCategory: str | None  # as styles.csv spells it
    subCategory: str | None
    articleType: str | None
    baseColour: str | None
    season: str | None
    year: int | None
    usage: str | None
    productDisplayName: str | None
    brand: str | None
    description: str | None
    width: int
    height: int
    white_background: float
    content: str  # sha256 of the original file
    phash: str  # perceptual hash of 256 bits, in hex
    group: str  # names the pictures that look alike and therefore share a split
    price: NotRequired[float | None]  # in the catalogue's currency; snapshots of before lack the field


# The word that captions, slices, classifiers and plots use -> the key of ProductImage.
ATTRIBUTES: Mapping[str, str] = {
    "colour": "baseColour",
    "article": "articleType",
    "season": "season",
    "gender": "gender",
    "brand": "brand",
    "usage": "usage",
    "year": "year",
    "name": "productDisplayName",
}


def identity(example: ProductImage) -> str:
    """Return what makes an example another one: its product, its picture, and the words that captions are made of.

    The brand and the name are left out: brands are guessed from all names, and names have no part in captions. So is
    letter case, which follows the majority of the rows.
    """
    words = [str(example[key] or "").casefold() for key in ("gender", "articleType", "baseColour", "season", "usage")]
    return "\n".join([str(example["id"]), example["content"], *words])


_SPLIT = TypeAdapter(Sequence[ProductImage])


def attribute_of(example: ProductImage, name: str) -> str | None:
    """Return an attribute, named as in ATTRIBUTES, as a text; None where it is not known."""
    value = example.get(ATTRIBUTES[name])
    return str(value) if value else None


def attributes_of(example: ProductImage) -> dict[str, str]:
    """Return the known attributes of an example, by column of styles.csv."""
    found = {column: attribute_of(example, name) for name, column in ATTRIBUTES.items()}
    return {column: value for column, value in found.items() if value}


def check_split(snapshot: Snapshot[ProductImage], split: str) -> Sequence[ProductImage]:
    """Return the examples of a split, checked once: 40,000 of them take a quarter of a second.

    Raises:
        DataError: a field is missing or has another type; it names the first one.
    """
    try:
        _SPLIT.validate_python(snapshot.splits[split])
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise DataError(
            f"Example {where} of the {split} split of snapshot {snapshot.digest} cannot be used ({first['msg']})",
            expected="the fields of a product image",
            act="ingest again",
        ) from None
    return snapshot.splits[split]
