"""Product images: what the ingest takes from people's decisions about generated products."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.core.curated import CuratedProduct
from components.data.pictures.read import read_picture
from components.recipes.product_images.captions import caption_of
from components.recipes.product_images.config import DataSettings
from components.recipes.product_images.example import ProductImage

PICTURE = "picture.png"
TRAIN = "train"
Splits = dict[str, list[ProductImage]]


@dataclass(frozen=True, slots=True)
class Curation:
    """The splits after people's decisions, and how many examples were added and left out."""

    splits: Splits
    notes: Mapping[str, int]


def curate(splits: Splits, curated: Sequence[CuratedProduct], data: DataSettings, folder: Path) -> Curation:
    """Add approved products to the train split, and leave out of it what has the caption of a rejected one.

    The other splits stay as they are: what is scored against is real. An approved product whose caption another one was
    rejected with is taken.

    Args:
        splits: of the catalogue.
        curated: what people decided.
        data: of the model.
        folder: gets the pictures.
    """
    refused = {_caption(product, data) for product in curated if not product.approved}
    kept = [example for example in splits[TRAIN] if example["caption"] not in refused]
    added = [_example(product, data, folder) for product in curated if product.approved]
    notes = {"approved-products-added": len(added), "rejected-captions-left-out": len(splits[TRAIN]) - len(kept)}
    found = {name: count for name, count in notes.items() if count}
    return Curation({**splits, TRAIN: [*kept, *added]}, found)


def _caption(product: CuratedProduct, data: DataSettings) -> str:
    return caption_of(data.caption, product.attributes, product.attributes.get("brand", ""))


def _example(product: CuratedProduct, data: DataSettings, folder: Path) -> ProductImage:
    """Write the square picture of a product, and return its example. Its group is its own: it stays in train."""
    picture, known = read_picture(product.folder / PICTURE, data.size), product.attributes
    name = f"generated-{product.id}.png"
    picture.square.save(folder / name, format="PNG")
    year = known.get("year", "")
    return ProductImage(
        file_name=name,
        id=int(product.id, 16),
        caption=_caption(product, data),
        gender=known.get("gender"),
        masterCategory=known.get("masterCategory"),
        subCategory=known.get("subCategory"),
        articleType=known.get("articleType"),
        baseColour=known.get("baseColour"),
        season=known.get("season"),
        year=int(year) if year.isdecimal() else None,
        usage=known.get("usage"),
        productDisplayName=product.name,
        brand=known.get("brand"),
        description=product.description or None,
        width=picture.width,
        height=picture.height,
        white_background=picture.white_background,
        content=picture.content,
        phash=picture.phash,
        group=f"generated-{product.id}",
        price=None,
    )
