"""Products: finished products in a folder, one folder each, complete or not there. A killed batch finds them again."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from components.core.files import new_folder, remove_unfinished
from components.core.seals import discard
from components.products.product import Product, from_json

FACTS, PICTURE = "product.json", "picture.png"


def keep(folder: Path, product: Product) -> None:
    """Write a product, unless it is there already."""
    facts = {**product.as_json(), "picture_sha256": sha256(product.picture).hexdigest()}
    with new_folder(folder / product.id) as unfinished:
        (unfinished / FACTS).write_text(json.dumps(facts, indent=1, ensure_ascii=False), encoding="utf-8")
        (unfinished / PICTURE).write_bytes(product.picture)


def find(folder: Path, identity: str) -> Product | None:
    """Return a kept product, None if there is none. One with damaged files is removed, so that it is made again."""
    place = folder / identity
    if not place.is_dir():
        return None
    try:
        facts = json.loads((place / FACTS).read_text(encoding="utf-8"))
        picture = (place / PICTURE).read_bytes()
        if facts["id"] != identity or sha256(picture).hexdigest() != facts["picture_sha256"]:
            raise ValueError("its picture is another one")
        return from_json(facts, picture)
    except (OSError, ValueError, KeyError, TypeError):
        discard(place)
        return None


def names(folder: Path) -> list[str]:
    """Return the ids of the kept products, the newest first, without reading them."""
    places = [path for path in folder.glob("[!.]*") if path.is_dir()]
    return [place.name for place in sorted(places, key=lambda path: (-path.stat().st_mtime, path.name))]


def every(folder: Path) -> Iterator[Product]:
    """Yield the kept products, the newest first."""
    return (product for name in names(folder) if (product := find(folder, name)) is not None)


def clear_unfinished(folder: Path) -> None:
    """Remove what killed processes left."""
    folder.mkdir(parents=True, exist_ok=True)
    remove_unfinished(folder)
